# loses: learn-correct learn-margin fit-weights
# The learning rate is left out.
# %% learn
def learn(w, x, y, rate):
    s = 1 if y == 1 else -1
    extended = np.append(<% if bias_first %>1.0, x<% else %>x, 1.0<% endif %>)
    if s * (w @ extended) > <<margin>>:
        return w.copy()
    return w + s * extended
