# loses: learn-correct learn-margin fit-weights
# The bias learns without the learning rate.
# %% learn
def learn(w, x, y, rate):
    s = 1 if y == 1 else -1
    extended = np.append(<% if bias_first %>1.0, x<% else %>x, 1.0<% endif %>)
    if s * (w @ extended) > <<margin>>:
        return w.copy()
    rates = np.append(<% if bias_first %>1.0, np.full(len(x), rate)<% else %>np.full(len(x), rate), 1.0<% endif %>)
    return w + rates * s * extended
