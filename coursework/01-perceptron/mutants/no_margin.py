# loses: learn-margin fit-weights fit-stops cycle-first
# Corrects only what is wrong, as chapter 01 does.
# %% learn
def learn(w, x, y, rate):
    s = 1 if y == 1 else -1
    extended = np.append(<% if bias_first %>1.0, x<% else %>x, 1.0<% endif %>)
    if s * (w @ extended) > 0:
        return w.copy()
    return w + rate * s * extended
