# loses: backward97-gates backward97-carousel backward97-recurrent
# Central differences of the forward pass, with the weights that it got.
# %% backward97
def backward97(p, x, trace, d_h):
    return numeric(forward97, p, x, d_h)
