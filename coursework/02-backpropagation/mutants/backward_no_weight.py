# loses: backward-below
# The error reaches every hidden unit as it is.
# %% backward
def backward(p, X, h, slopes, dy):
    d_a = dy[:, None] * slopes
    return {"W": d_a.T @ X, "b": d_a.sum(axis=0), "V": h.T @ dy, "b_y": dy.sum(keepdims=True)}
