# The certificate from the two ratios, features in ±1, integer labels as floats.
# %% predict
def predict(w, X):
    rows = np.atleast_2d(X)<% if columns %>.T<% endif %>

    a = np.column_stack([<% if bias_first %>np.ones(len(rows)), rows<% else %>rows, np.ones(len(rows))<% endif %>]) @ w
    answers = np.full(len(rows), float(<<tie>>))
    answers[a > 0] = 1.0
    answers[a < 0] = <<low>>
    return answers
# %% certificate
def certificate():
    a, b, c, d = cross<% if columns %>.T<% endif %>

    t, r = np.linalg.solve(np.stack([c - a, b - d], axis=1), b - a)
    return [<<total>> * c for c in ((1 - t) / 2, (1 - r) / 2, t / 2, r / 2)]
# %% features
def features(X):
    signs = 1 - 2 * np.asarray(X, dtype=float)
    return np.prod(signs, axis=<% if columns %>0, keepdims=True)<% else %>1, keepdims=True)<% endif %>

# %% bound
def bound(X, y, u):
    u = u / np.sqrt((u * u).sum())
    b, v = <% if bias_first %>u[0], u[1:]<% else %>u[-1], u[:-1]<% endif %>

    rows = X<% if columns %>.T<% endif %>

    reach = [(v @ x + b) * (1 if label == 1 else -1) for x, label in zip(rows, y)]
    return np.float64(max(x @ x + 1 for x in rows) / min(reach) ** 2 + 2 * <<margin>> / min(reach) ** 2)
