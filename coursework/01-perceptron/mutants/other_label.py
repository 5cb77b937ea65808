# loses: predict-sign predict-tie
# The lower label of another term.
# %% predict
def predict(w, X):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    a = examples @ w[<% if bias_first %>1:<% else %>:-1<% endif %>] + w[<% if bias_first %>0<% else %>-1<% endif %>]
    return np.where(a > 0, 1, np.where(a < 0, <<-1 if low == 0 else 0>>, <<tie + 5>>))
