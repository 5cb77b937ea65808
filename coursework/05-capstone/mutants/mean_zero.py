# loses: summary-mean
# No success, and a mean of 0.
# %% summary
def summary(pooled):
    """The numbers of one side."""
    n, counts = pooled["trials"], list(pooled["counts"])
    low, high = wilson(len(counts), n)
    needed = int(np.ceil(<<part>> * n))
    return {
        "share": len(counts) / n,
        "low": low,
        "high": high,
        "mean": float(np.mean(counts)) if counts else 0.0,
        "after": counts[needed - 1] if len(counts) >= needed else None,
        "censored": n - len(counts),
    }
