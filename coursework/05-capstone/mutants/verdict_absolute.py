# loses: verdict-share
# The share is compared with 100, not with the paper's.
# %% verdict
def verdict(published, pooled):
    """ "reproduced", "partly" or "not"."""
    n, counts = pooled["trials"], list(pooled["counts"])
    if not counts:
        return "not"
    percent = 100 * len(counts) / n
    ratio = np.mean(counts) / published["sequences"]
    factor = max(ratio, 1 / ratio)
    if percent >= 100 - <<slack>> - 1e-9 and factor <= <<near>>:
        return "reproduced"
    return "partly" if percent >= 50 and factor <= <<far>> else "not"
