# loses: loss-down
# Target minus output.
# %% loss-slope
def loss_slope(y, d):
    e = d - y
    return (<% if loss == "cosh" %>np.tanh(e)<% elif loss == "root" %>e / np.sqrt(1 + e**2)<% else %>np.where(e <<wrong_side>> 0, <<factor>>, 1) * e<% endif %>)<% if mean %> / len(e)<% endif %>

