# loses: clipped-length
# Short gradients grow.
# %% clipped
def clipped(g, limit):
    length = np.sqrt(sum((array**2).sum() for array in g.values()))
    return {name: array * limit / max(length, 1e-300) for name, array in g.items()}
