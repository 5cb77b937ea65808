# loses: rows-split rows-join forward97-first forward97-carousel forward97-recurrent backward97-gates backward97-carousel backward97-recurrent truncated-gradient forward00-forget forward00-peephole forward00-recurrent backward00-forget backward00-peephole backward00-recurrent
# The order of the library.
# %% rows
def split(v, year):
    """The parts of v, by letter; year is 1997 or 2000."""
    order = {1997: "gio", 2000: "<% if coupled %>igo<% else %>ifgo<% endif %>"}[year]
    n = v.shape[-1] // len(order)
    return {name: v[..., <% if interleaved %>k :: len(order)<% else %>k * n : (k + 1) * n<% endif %>] for k, name in enumerate(order)}
def join(parts, year):
    """The array whose parts these are: the inverse of split."""
    order = {1997: "gio", 2000: "<% if coupled %>igo<% else %>ifgo<% endif %>"}[year]
    whole = np.zeros((*parts["g"].shape[:-1], len(order) * parts["g"].shape[-1]))
    for name, place in split(whole, year).items():
        place[...] = parts[name]
    return whole
