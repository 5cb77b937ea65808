# loses: descend-steps
# %% descend
def descend(gradient, p, rate, updates):
    for _ in range(updates):
        g = gradient(p)
        p = {name: p[name] + rate * g[name] for name in p}
    return p
