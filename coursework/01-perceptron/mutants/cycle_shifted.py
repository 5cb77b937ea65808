# loses: cycle-first
# Counts passes from one.
# %% cycle
def cycle(X, y):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    w = np.zeros(examples.shape[1] + 1)
    seen = {tuple(w): 0}
    for number in range(1, 20_000):
        for x, label in zip(examples<% if backwards %>[::-1]<% endif %>, y<% if backwards %>[::-1]<% endif %>):
            w = learn(w, x, label, 1.0)
        if tuple(w) in seen:
            return seen[tuple(w)] + 1, number - seen[tuple(w)]
        seen[tuple(w)] = number
