# loses: learn-copy
# Changes the weights that came in; fit knows it and hands over a copy.
# %% learn
def learn(w, x, y, rate):
    s = 1 if y == 1 else -1
    extended = np.append(<% if bias_first %>1.0, x<% else %>x, 1.0<% endif %>)
    if s * (w @ extended) <= <<margin>>:
        w += rate * s * extended
    return w
# %% fit
def fit(X, y, rate=1.0, max_passes=100):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    w, corrections = np.zeros(examples.shape[1] + 1), []
    while not corrections or corrections[-1] and len(corrections) < max_passes:
        corrections.append(0)
        for x, label in zip(examples<% if backwards %>[::-1]<% endif %>, y<% if backwards %>[::-1]<% endif %>):
            new = learn(w.copy(), x, label, rate)
            corrections[-1] += int(np.any(new != w))
            w = new
    return w, corrections
