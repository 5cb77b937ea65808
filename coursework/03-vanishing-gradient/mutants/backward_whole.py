# loses: backward-once backward-through backward-enter
# The factor 1 - k is missing.
# %% backward
def backward(p, X, K, states, d_states):
    X, h, entering = X<<sw>>, states<<sw>>, d_states<<sw>>

    g = {name: np.zeros(p[name].shape) for name in ("W", "U", "b")}
    d_h = np.zeros(h[0].shape)
    for t in range(len(X), 0, -1):
        d_h = d_h + entering[t - 1]
        slopes = slope(<% if inside %>h[t - 1]<% else %>X[t - 1] @ p["W"].T + h[t - 1] @ p["U"].T + p["b"]<% endif %>)
        d_a = <<gain>> * d_h<% if not inside %> * slopes<% endif %>

        g["W"] += d_a.T @ X[t - 1]
        g["U"] += d_a.T @ <% if inside %>squash(h[t - 1])<% else %>h[t - 1]<% endif %>

        g["b"] += d_a.sum(axis=0)
        d_h = K[t - 1] * d_h + d_a @ p["U"]<% if inside %> * slopes<% endif %>

    return g
