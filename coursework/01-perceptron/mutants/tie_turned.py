# loses: predict-tie
# On the line the other label is given.
# %% predict
def predict(w, X):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    a = examples @ w[<% if bias_first %>1:<% else %>:-1<% endif %>] + w[<% if bias_first %>0<% else %>-1<% endif %>]
    return np.where(a > 0, 1, np.where(a < 0, <<low>>, <<low if tie == 1 else 1>>))
