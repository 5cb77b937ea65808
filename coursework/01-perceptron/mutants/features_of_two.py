# loses: features-parity
# Products of two, but not of all three.
# %% features
def features(X):
    a, b, c = np.asarray(X, dtype=float)<% if not columns %>.T<% endif %>
    return np.stack([a, b, c, a * b, b * c, a * c], axis=<% if columns %>0<% else %>1<% endif %>)
