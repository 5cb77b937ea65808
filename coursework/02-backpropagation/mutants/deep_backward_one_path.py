# loses: deep-down
# The mistake of the written question: the skip connection is forgotten on the way down.
# %% deep-backward
def deep_backward(p, X, h1, slopes1, h2, slopes2, dy):
    d_h2 = np.outer(dy, p["V"])
    d_a2 = d_h2 * slopes2
    d_h1 = d_a2 @ p["W2"]
    d_a1 = d_h1 * slopes1
    return {
        "W1": d_a1.T @ X, "b1": d_a1.sum(axis=0), "W2": d_a2.T @ h1, "b2": d_a2.sum(axis=0),
        "V": h2.T @ dy, "b_y": dy.sum(keepdims=True),
    }
