# loses: descend-steps
# Changes the arrays that came in.
# %% descend
def descend(gradient, p, rate, updates):
    for _ in range(updates):
        g = gradient(p)
        for name in p:
            p[name] -= rate * g[name]
    return p
