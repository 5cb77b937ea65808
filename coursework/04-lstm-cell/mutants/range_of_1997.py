# loses: squash-values forward97-first forward97-carousel forward97-recurrent backward97-gates backward97-carousel backward97-recurrent truncated-gradient forward00-forget forward00-peephole forward00-recurrent backward00-forget backward00-peephole backward00-recurrent
# The ranges of the paper instead of the term's.
# %% squash
def squash_g(a):
    """g(a), entry by entry."""
    return 4 / (1 + np.exp(-a)) - 2
def squash_h(c):
    """h(c), entry by entry."""
    return 2 / (1 + np.exp(-c)) - 1
def slope_g(y):
    """g'(a) where g(a) = y."""
    return (y - (<<low_g>>)) * (<<high_g>> - y) / <<high_g - low_g>>
def slope_h(y):
    """h'(c) where h(c) = y."""
    return (y - (<<low_h>>)) * (<<high_h>> - y) / <<high_h - low_h>>
