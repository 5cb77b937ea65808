# loses: plan-pairs
# The changed runs have seeds of their own.
# %% plan
def plan(choice, seeds, trials, cap):
    """The settings of all runs: a control and a changed run for each seed."""
    changed = {choice["decision"]: choice["changed"]}
    return [
        {"row": choice["row"], "seed": seed + 100 * bool(decisions), "trials": trials, "cap": cap, "decisions": decisions}
        for seed in seeds
        for decisions in ({}, changed)
    ]
