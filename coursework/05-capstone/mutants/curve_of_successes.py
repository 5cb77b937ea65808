# loses: curve-steps curve-cap
# Shares of the successes.
# %% curve
def curve(pooled):
    """The points of the step curve: sequences, and the share of trials that <% if solved %>have<% else %>have not yet<% endif %> succeeded."""
    n, counts = pooled["trials"], list(pooled["counts"])
    x = [0, *counts, pooled["cap"]]
    solved = [*range(len(counts) + 1), len(counts)]
    return x, [<% if solved %>k / max(len(counts), 1)<% else %>1 - k / max(len(counts), 1)<% endif %> for k in solved]
