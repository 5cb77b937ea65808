# loses: loss-down
# The slope of the sum in place of that of the mean, or the reverse.
# %% loss-slope
def loss_slope(y, d):
    e = y - d
    return (<% if loss == "cosh" %>np.tanh(e)<% elif loss == "root" %>e / np.sqrt(1 + e**2)<% else %>np.where(e <<wrong_side>> 0, <<factor>>, 1) * e<% endif %>)<% if not mean %> / len(e)<% endif %>

