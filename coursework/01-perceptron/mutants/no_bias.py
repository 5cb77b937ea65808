# loses: predict-sign predict-tie
# The bias is left out of the net input.
# %% predict
def predict(w, X):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    a = examples @ w[<% if bias_first %>1:<% else %>:-1<% endif %>]
    return np.where(a > 0, 1, np.where(a < 0, <<low>>, <<tie>>))
