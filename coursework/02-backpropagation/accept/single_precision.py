# 32-bit arithmetic where the tolerance allows it, einsum, tuples, a hand-written result, the skip connection as a matrix.
# %% by-hand
def by_hand():
    a = <<hand_w>> * <<hand_x>> + <<hand_b>>
    h, f_slope = <% if squash == "softsign" %>a / (1 + abs(a)), 1 / (1 + abs(a)) ** 2<% elif squash == "root" %>a / (1 + a * a) ** 0.5, (1 + a * a) ** -1.5<% else %>2 / np.pi * np.arctan(a), 2 / np.pi / (1 + a * a)<% endif %>

    y = <<hand_v>> * h + <<hand_b_y>>
    e = y - <<hand_d>>
    c = <% if loss == "uneven" %><<factor>> if e <<wrong_side>> 0 else 1<% else %>1<% endif %>

    L, dy = <% if loss == "cosh" %>np.log(np.cosh(e)), np.tanh(e)<% elif loss == "root" %>(1 + e * e) ** 0.5 - 1, e / (1 + e * e) ** 0.5<% else %>c * e * e / 2, c * e<% endif %>

    found = {"dL/dw": dy * <<hand_v>> * f_slope * <<hand_x>>, "dL/dv": dy * h, "L": L, "y": y, "h": h}
    return {name: round(float(number), 4) for name, number in found.items()}
# %% forward
def forward(p, X):
    q = {name: np.float32(array) for name, array in p.items()}
    a = np.einsum("ji,ni->nj", q["W"], np.float32(X)) + q["b"]
    return a, squash(a), squash(a) @ q["V"] + q["b_y"]
# %% loss-slope
def loss_slope(y, d):
    e = np.float32(y) - np.float32(d)
    each = <% if loss == "cosh" %>np.sinh(e) / np.cosh(e)<% elif loss == "root" %>e / np.hypot(1, e)<% else %>e + <<factor - 1>> * np.<% if wrong_side == "<" %>minimum<% else %>maximum<% endif %>(e, 0)<% endif %>

    return each<% if mean %> / e.size<% endif %>

# %% backward
def backward(p, X, h, slopes, dy):
    X, h, slopes, dy = (np.float32(array) for array in (X, h, slopes, dy))
    V = np.float32(p["V"])
    return {
        "b_y": np.array([dy.sum()]), "V": np.einsum("n,nj->j", dy, h), "b": np.einsum("n,j,nj->j", dy, V, slopes),
        "W": np.einsum("n,j,nj,ni->ji", dy, V, slopes, X),
    }
# %% deep-backward
def deep_backward(p, X, h1, slopes1, h2, slopes2, dy):
    straight = <<kappa>> * np.eye(len(p["b1"]))
    d_h2 = dy[:, None] * p["V"]
    d_a2 = slopes2 * d_h2
    d_a1 = slopes1 * <% if inside %>(d_a2 @ (p["W2"] + straight))<% else %>(d_a2 @ p["W2"] + d_h2 @ straight)<% endif %>

    below = {"W1": np.float32(np.einsum("nj,ni->ji", d_a1, X)), "b1": np.ones(len(X)) @ d_a1}
    return {**below, "b_y": [dy.sum()], "V": dy @ h2, "b2": np.ones(len(X)) @ d_a2, "W2": np.float32(d_a2.T @ h1)}
# %% share
def spread(Q):
    return np.hstack((Q, <<sign>> * <% if mirror %>np.fliplr(Q)<% else %>Q<% endif %>))


def collect(G):
    first, second = np.split(G, 2, axis=1)
    return first + <<sign>> * <% if mirror %>np.fliplr(second)<% else %>second<% endif %>

