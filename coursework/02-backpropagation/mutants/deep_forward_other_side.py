# loses: deep-up
# The skip connection on the other side of the second squashing.
# %% deep-forward
def deep_forward(p, X):
    a1 = X @ p["W1"].T + p["b1"]
    h1 = squash(a1)
    a2 = h1 @ p["W2"].T + p["b2"]<% if not inside %> + <<kappa>> * h1<% endif %>

    h2 = squash(a2)<% if inside %> + <<kappa>> * h1<% endif %>

    return a1, h1, a2, h2, h2 @ p["V"] + p["b_y"]
