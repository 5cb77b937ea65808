# loses: verdict-rule verdict-share
# The library's rule, with a tenth, 1.5 and 5.
# %% verdict
def verdict(published, pooled):
    """ "reproduced", "partly" or "not"."""
    n, counts = pooled["trials"], list(pooled["counts"])
    if not counts:
        return "not"
    percent = 100 * len(counts) / n
    ratio = np.mean(counts) / published["sequences"]
    factor = max(ratio, 1 / ratio)
    if percent >= published["percent"] - 10 - 1e-9 and factor <= 1.5:
        return "reproduced"
    return "partly" if percent >= 50 and factor <= 5 else "not"
