# loses: verdict-rule
# Faster than the paper is always good.
# %% verdict
def verdict(published, pooled):
    """ "reproduced", "partly" or "not"."""
    n, counts = pooled["trials"], list(pooled["counts"])
    if not counts:
        return "not"
    percent = 100 * len(counts) / n
    ratio = np.mean(counts) / published["sequences"]
    factor = ratio
    if percent >= published["percent"] - <<slack>> - 1e-9 and factor <= <<near>>:
        return "reproduced"
    return "partly" if percent >= 50 and factor <= <<far>> else "not"
