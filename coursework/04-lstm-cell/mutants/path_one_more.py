# loses: path-product
# The factor of the step itself is counted too.
# %% path
def cell_path(trace):
    """How much of an error at c_T reaches c_t along the cell's own loop, (T, n)."""
    kept = <% if coupled %>1 - trace["i"]<% else %>trace["f"]<% endif %>

    path = kept.copy()
    for t in reversed(range(len(kept) - 1)):
        path[t] = path[t + 1] * kept[t]
    return path
