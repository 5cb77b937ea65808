# loses: fit-stops
# Goes on after a clean pass.
# %% fit
def fit(X, y, rate=1.0, max_passes=100):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    w, corrections = np.zeros(examples.shape[1] + 1), []
    while len(corrections) < max_passes:
        count = 0
        for x, label in zip(examples<% if backwards %>[::-1]<% endif %>, y<% if backwards %>[::-1]<% endif %>):
            new = learn(w, x, label, rate)
            count += not np.array_equal(new, w)
            w = new
        corrections.append(count)
        if count == 0:
            pass
        pass
    return w, corrections
