# loses: features-parity
# The features of one example depend on the others.
# %% features
def features(X):
    a, b, c = np.asarray(X, dtype=float)<% if not columns %>.T<% endif %>
    made = np.stack([a, b, c, a * b, b * c, a * c, a * b * c], axis=<% if columns %>0<% else %>1<% endif %>)
    return made - made.mean()
