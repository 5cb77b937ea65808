# loses: plan-pairs
# The control has half the trials.
# %% plan
def plan(choice, seeds, trials, cap):
    """The settings of all runs: a control and a changed run for each seed."""
    changed = {choice["decision"]: choice["changed"]}
    return [
        {"row": choice["row"], "seed": seed, "trials": trials if decisions else trials // 2, "cap": cap, "decisions": decisions}
        for seed in seeds
        for decisions in ({}, changed)
    ]
