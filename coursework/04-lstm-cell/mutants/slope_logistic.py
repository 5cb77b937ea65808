# loses: squash-slopes backward97-gates backward97-carousel backward97-recurrent truncated-gradient backward00-forget backward00-peephole backward00-recurrent
# The slope of the gates for g.
# %% squash
def squash_g(a):
    """g(a), entry by entry."""
    return <<low_g>> + <<high_g - low_g>> / (1 + np.exp(-a))
def squash_h(c):
    """h(c), entry by entry."""
    return <<low_h>> + <<high_h - low_h>> / (1 + np.exp(-c))
def slope_g(y):
    """g'(a) where g(a) = y."""
    return y * (1 - y)
def slope_h(y):
    """h'(c) where h(c) = y."""
    return (y - (<<low_h>>)) * (<<high_h>> - y) / <<high_h - low_h>>
