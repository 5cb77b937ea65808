# loses: predict-sign predict-tie
# The examples are taken from the wrong side of the array.
# %% predict
def predict(w, X):
    examples = np.asarray(X, dtype=float)<% if not columns %>.T<% endif %>
    a = examples @ w[<% if bias_first %>1:<% else %>:-1<% endif %>] + w[<% if bias_first %>0<% else %>-1<% endif %>]
    return np.where(a > 0, 1, np.where(a < 0, <<low>>, <<tie>>))
