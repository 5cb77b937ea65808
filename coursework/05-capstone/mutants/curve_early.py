# loses: curve-steps
# Each step one success too early.
# %% curve
def curve(pooled):
    """The points of the step curve: sequences, and the share of trials that <% if solved %>have<% else %>have not yet<% endif %> succeeded."""
    n, counts = pooled["trials"], list(pooled["counts"])
    x = [0, *counts, pooled["cap"]]
    solved = [*range(1, len(counts) + 1), len(counts), len(counts)]
    return x, [<% if solved %>k / n<% else %>1 - k / n<% endif %> for k in solved]
