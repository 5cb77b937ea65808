# loses: backward-above backward-below
# Takes the mean over the examples, which is in dy already.
# %% backward
def backward(p, X, h, slopes, dy):
    d_a = np.outer(dy, p["V"]) * slopes
    n = len(X)
    return {"W": d_a.T @ X / n, "b": d_a.mean(axis=0), "V": h.T @ dy / n, "b_y": dy.mean(keepdims=True)}
