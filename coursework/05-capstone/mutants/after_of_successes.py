# loses: summary-after
# The quantile of the successes.
# %% summary
def summary(pooled):
    """The numbers of one side."""
    n, counts = pooled["trials"], list(pooled["counts"])
    low, high = wilson(len(counts), n)
    needed = int(np.ceil(<<part>> * len(counts)))
    return {
        "share": len(counts) / n,
        "low": low,
        "high": high,
        "mean": float(np.mean(counts)) if counts else None,
        "after": counts[needed - 1] if counts else None,
        "censored": n - len(counts),
    }
