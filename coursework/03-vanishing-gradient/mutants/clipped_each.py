# loses: clipped-length
# Each array by itself.
# %% clipped
def clipped(g, limit):
    return {name: array * min(1.0, limit / max(np.linalg.norm(array), 1e-300)) for name, array in g.items()}
