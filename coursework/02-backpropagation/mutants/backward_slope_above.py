# loses: backward-above
# The gradient of V passes through the slope of the unit below it.
# %% backward
def backward(p, X, h, slopes, dy):
    d_a = np.outer(dy, p["V"]) * slopes
    return {"W": d_a.T @ X, "b": d_a.sum(axis=0), "V": (h * slopes).T @ dy, "b_y": dy.sum(keepdims=True)}
