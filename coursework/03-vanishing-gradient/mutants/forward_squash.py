# loses: forward-states
# The squashing function on the other side.
# %% forward
def forward(p, X, K):
    X = X<<sw>>

    h = np.zeros((len(X) + 1, X.shape[1], len(p["b"])))
    for t in range(1, len(X) + 1):
        a = X[t - 1] @ p["W"].T + <% if not inside %>squash(h[t - 1])<% else %>h[t - 1]<% endif %> @ p["U"].T + p["b"]
        new = <% if not inside %>a<% else %>squash(a)<% endif %>

        h[t] = K[t - 1] * h[t - 1] + <<gain>> * (1 - K[t - 1]) * new
    return h<<sw>>

