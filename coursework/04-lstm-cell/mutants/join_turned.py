# loses: rows-join forward97-recurrent backward97-gates backward97-carousel backward97-recurrent truncated-gradient backward00-forget backward00-peephole backward00-recurrent
# join puts the first part last.
# %% rows
def split(v, year):
    """The parts of v, by letter; year is 1997 or 2000."""
    order = {1997: "<<order97>>", 2000: "<<order00>>"}[year]
    n = v.shape[-1] // len(order)
    return {name: v[..., <% if interleaved %>k :: len(order)<% else %>k * n : (k + 1) * n<% endif %>] for k, name in enumerate(order)}
def join(parts, year):
    """The array whose parts these are: the inverse of split."""
    order = {1997: "<<order97>>", 2000: "<<order00>>"}[year]
    whole = np.zeros((*parts["g"].shape[:-1], len(order) * parts["g"].shape[-1]))
    for name, place in zip({1997: "<<order97>>", 2000: "<<order00>>"}[year][::-1], split(whole, year).values()):
        place[...] = parts[name]
    return whole
