# loses: curve-cap curve-steps
# The curve ends at the last success.
# %% curve
def curve(pooled):
    """The points of the step curve: sequences, and the share of trials that <% if solved %>have<% else %>have not yet<% endif %> succeeded."""
    n, counts = pooled["trials"], list(pooled["counts"])
    x = [0, *counts]
    solved = [*range(len(counts) + 1)]
    return x, [<% if solved %>k / n<% else %>1 - k / n<% endif %> for k in solved]
