# loses: loss-value
# The sum in place of the mean, or the mean in place of the sum.
# %% loss
def loss(y, d):
    e = y - d
    return np.<% if mean %>sum<% else %>mean<% endif %>(<% if loss == "cosh" %>np.log(np.cosh(e))<% elif loss == "root" %>np.sqrt(1 + e**2) - 1<% else %>np.where(e <<wrong_side>> 0, <<factor>>, 1) * e**2 / 2<% endif %>)
