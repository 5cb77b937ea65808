# loses: forward-states
# k and 1 - k exchanged.
# %% forward
def forward(p, X, K):
    X = X<<sw>>

    h = np.zeros((len(X) + 1, X.shape[1], len(p["b"])))
    for t in range(1, len(X) + 1):
        a = X[t - 1] @ p["W"].T + <% if inside %>squash(h[t - 1])<% else %>h[t - 1]<% endif %> @ p["U"].T + p["b"]
        new = <% if inside %>a<% else %>squash(a)<% endif %>

        h[t] = (1 - K[t - 1]) * h[t - 1] + <<gain>> * K[t - 1] * new
    return h<<sw>>

