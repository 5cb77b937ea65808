# loses: pool-counts pool-cap
# Both sides in one.
# %% pool
def pool(records, decisions):
    """The trials of all seeds of one side, put together."""
    taken = list(records)
    caps = {record["cap"] for record in taken}
    if len(caps) != 1:
        raise ValueError(f"expected records of one cap, got {sorted(caps)}")
    trials = [trial for record in taken for trial in record["trials"]]
    counts = sorted(trial["sequences"] for trial in trials if trial["succeeded"])
    return {"trials": len(trials), "succeeded": len(counts), "counts": counts, "cap": caps.pop()}
