# loses: slope-values
# Takes its argument for the output h, as chapter 03 does.
# %% slope
def slope(a):
    h = a
    return <% if squash == "softsign" %>(1 - np.abs(h)) ** 2<% elif squash == "root" %>np.abs(1 - h**2) ** 1.5<% else %>2 / np.pi * np.cos(np.pi * h / 2) ** 2<% endif %>

