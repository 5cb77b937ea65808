# loses: summary-after
# The quantile between two counts.
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
        "mean": float(np.mean(counts)) if counts else None,
        "after": float(np.quantile(counts, <<part>>)) if len(counts) >= needed else None,
        "censored": n - len(counts),
    }
