# loses: path-product
# The path of 1997.
# %% path
def cell_path(trace):
    """How much of an error at c_T reaches c_t along the cell's own loop, (T, n)."""
    kept = <% if coupled %>1 - trace["i"]<% else %>trace["f"]<% endif %>

    path = np.ones_like(kept)
    for t in reversed(range(len(kept) - 1)):
        path[t] = path[t + 1]
    return path
