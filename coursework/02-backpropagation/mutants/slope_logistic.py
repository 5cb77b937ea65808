# loses: slope-values
# The slope of a logistic unit.
# %% slope
def slope(a):
    h = squash(a)
    return h * (1 - h)
