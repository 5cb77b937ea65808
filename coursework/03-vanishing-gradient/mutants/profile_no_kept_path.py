# loses: profile-product profile-long
# The path along the kept share is missing.
# %% profile
def profile(p, X, K, states):
    product, lost, found = np.eye(len(p["b"])), 0.0, [0.0]
    for t in range(len(X), 0, -1):
        h, new = states[t - 1], <<gain>> * (1 - K[t - 1])
<% if inside %>        step = 0 + new[:, None] * p["U"] * slope(h)
<% else %>        step = 0 + (new * slope(p["W"] @ X[t - 1] + p["U"] @ h + p["b"]))[:, None] * p["U"]
<% endif %>        product = product @ step
        norm = np.linalg.norm(product, 2)
        product, lost = product / norm, lost + np.log10(norm)
        found.append(lost)
    return np.array(found)
