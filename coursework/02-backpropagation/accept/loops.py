# Loops over examples and units, plain numbers, results as lists where the order allows.
# %% squash
import math


def squash(a):
    one = <% if squash == "softsign" %>lambda z: z / (1 + abs(z))<% elif squash == "root" %>lambda z: z / math.hypot(1, z)<% else %>lambda z: 2 / math.pi * math.atan(z)<% endif %>

    return np.vectorize(one, otypes=[float])(a)
# %% slope
def slope(a):
    h = squash(a)
    return <% if squash == "softsign" %>(1 - np.abs(h)) ** 2<% elif squash == "root" %>(1 - h * h) ** 1.5<% else %>2 / np.pi * np.cos(np.pi / 2 * h) ** 2<% endif %>

# %% forward
def forward(p, X):
    a = np.array([[sum(w * x for w, x in zip(row, x_i)) + b for row, b in zip(p["W"], p["b"])] for x_i in X])
    h = squash(a)
    y = np.array([sum(v * o for v, o in zip(p["V"], h_i)) + p["b_y"][0] for h_i in h])
    return [a, h, y]
# %% loss
def loss(y, d):
    total = 0.0
    for e in (y_i - d_i for y_i, d_i in zip(y, d)):
        total += <% if loss == "cosh" %>math.log(math.cosh(e))<% elif loss == "root" %>math.hypot(1, e) - 1<% else %>(<<factor>> if e <<wrong_side>> 0 else 1) * e * e / 2<% endif %>

    return total<% if mean %> / len(y)<% endif %>

# %% backward
def backward(p, X, h, slopes, dy):
    g = {name: np.zeros_like(array) for name, array in p.items()}
    for i in reversed(range(len(X))):
        g["b_y"] += dy[i]
        for j in range(len(p["b"])):
            delta = dy[i] * p["V"][j] * slopes[i, j]
            g["V"][j] += dy[i] * h[i, j]
            g["b"][j] += delta
            g["W"][j] += delta * X[i]
    return g
# %% differences
def differences(function, p, step):
    """Never touches p: every call gets a copy."""

    def at(name, place, move):
        there = {key: array.astype(float) for key, array in p.items()}
        there[name][place] += move
        return function(there)

    found = {}
    for name in p:
        found[name] = np.empty(p[name].shape)
        for place in np.ndindex(*p[name].shape):
            near = at(name, place, step) - at(name, place, -step)
            far = at(name, place, <<many>> * step) - at(name, place, -<<many>> * step)
            found[name][place] = (<<many**3>> * near - far) / (<<2 * (many**3 - many)>> * step)
    return found
# %% suspects
def suspects(numeric, exact):
    names = []
    for name in exact:
        pairs = list(zip(np.ravel(numeric[name]), np.ravel(exact[name])))
        largest = max(max(abs(n), abs(e)) for n, e in pairs)
        if largest and max(abs(n - e) for n, e in pairs) / largest > 1e-4:
            names.append(name)
    names.sort()
    return names
# %% descend
def descend(gradient, p, rate, updates):
    p = {name: array.copy() for name, array in p.items()}
    for _ in range(updates):
        g = gradient(p)
        for name in p:
            p[name] -= rate * g[name]
    return p
