# loses: plan-pairs
# No control.
# %% plan
def plan(choice, seeds, trials, cap):
    """The settings of all runs: a control and a changed run for each seed."""
    changed = {choice["decision"]: choice["changed"]}
    return [
        {"row": choice["row"], "seed": seed, "trials": trials, "cap": cap, "decisions": decisions}
        for seed in seeds
        for decisions in (changed, changed)
    ]
