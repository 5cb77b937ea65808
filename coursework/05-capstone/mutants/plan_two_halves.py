# loses: plan-pairs
# All controls first.
# %% plan
def plan(choice, seeds, trials, cap):
    """The settings of all runs: a control and a changed run for each seed."""
    changed = {choice["decision"]: choice["changed"]}
    return [
        {"row": choice["row"], "seed": seed, "trials": trials, "cap": cap, "decisions": decisions}
        for decisions in ({}, changed)
        for seed in seeds
    ]
