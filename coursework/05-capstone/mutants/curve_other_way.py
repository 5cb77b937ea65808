# loses: curve-steps curve-cap
# The other of the two curves.
# %% curve
def curve(pooled):
    """The points of the step curve: sequences, and the share of trials that <% if solved %>have<% else %>have not yet<% endif %> succeeded."""
    n, counts = pooled["trials"], list(pooled["counts"])
    x = [0, *counts, pooled["cap"]]
    solved = [*range(len(counts) + 1), len(counts)]
    return x, [<% if solved %>1 - k / n<% else %>k / n<% endif %> for k in solved]
