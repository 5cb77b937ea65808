# loses: backward-below
# %% backward
def backward(p, X, h, slopes, dy):
    d_a = np.outer(dy, p["V"]) * slopes
    return {"W": X.T @ d_a, "b": d_a.sum(axis=0), "V": h.T @ dy, "b_y": dy.sum(keepdims=True)}
