# loses: verdict-share
# Failures do not count.
# %% verdict
def verdict(published, pooled):
    """ "reproduced", "partly" or "not"."""
    n, counts = pooled["trials"], list(pooled["counts"])
    if not counts:
        return "not"
    percent = 100
    ratio = np.mean(counts) / published["sequences"]
    factor = max(ratio, 1 / ratio)
    if percent >= published["percent"] - <<slack>> - 1e-9 and factor <= <<near>>:
        return "reproduced"
    return "partly" if percent >= 50 and factor <= <<far>> else "not"
