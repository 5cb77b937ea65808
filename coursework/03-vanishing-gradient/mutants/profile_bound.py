# loses: profile-product profile-long
# The product of the norms, which is a bound.
# %% profile
def profile(p, X, K, states):
    product, lost, found = np.eye(len(p["b"])), 0.0, [0.0]
    for t in range(len(X), 0, -1):
        h, new = states[t - 1], <<gain>> * (1 - K[t - 1])
<% if inside %>        step = np.diag(K[t - 1]) + new[:, None] * p["U"] * slope(h)
<% else %>        step = np.diag(K[t - 1]) + (new * slope(p["W"] @ X[t - 1] + p["U"] @ h + p["b"]))[:, None] * p["U"]
<% endif %>        lost += np.log10(np.linalg.norm(step, 2))
        found.append(lost)
    return np.array(found)
