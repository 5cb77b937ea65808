# loses: descend-steps
# Takes a new gradient after each parameter.
# %% descend
def descend(gradient, p, rate, updates):
    p = dict(p)
    for _ in range(updates):
        for name in p:
            p[name] = p[name] - rate * gradient(p)[name]
    return p
