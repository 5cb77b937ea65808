# loses: loss-value
# Half the squared error.
# %% loss
def loss(y, d):
    return 0.5 * np.<% if mean %>mean<% else %>sum<% endif %>((y - d) ** 2)
