# loses: squash-values
# Right for positive net inputs only.
# %% squash
def squash(a):
    return <% if squash == "softsign" %>np.abs(a) / (1 + np.abs(a))<% elif squash == "root" %>np.abs(a) / np.sqrt(1 + a**2)<% else %>2 / np.pi * np.arctan(np.abs(a))<% endif %>

