# loses: curve-cap
# At the cap all are taken to have ended.
# %% curve
def curve(pooled):
    """The points of the step curve: sequences, and the share of trials that <% if solved %>have<% else %>have not yet<% endif %> succeeded."""
    n, counts = pooled["trials"], list(pooled["counts"])
    x = [0, *counts, pooled["cap"]]
    solved = [*range(len(counts) + 1), n]
    return x, [<% if solved %>k / n<% else %>1 - k / n<% endif %> for k in solved]
