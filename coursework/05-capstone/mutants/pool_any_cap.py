# loses: pool-cap
# Caps are not compared.
# %% pool
def pool(records, decisions):
    """The trials of all seeds of one side, put together."""
    taken = [record for record in records if record["decisions"] == decisions]
    caps = {record["cap"] for record in taken}
    if not caps:
        raise ValueError(f"expected records of one cap, got {sorted(caps)}")
    trials = [trial for record in taken for trial in record["trials"]]
    counts = sorted(trial["sequences"] for trial in trials if trial["succeeded"])
    return {"trials": len(trials), "succeeded": len(counts), "counts": counts, "cap": caps.pop()}
