# loses: differences-order
# Of fourth order, with another pair of steps.
# %% differences
def differences(function, p, step):
    found = {name: np.zeros_like(array) for name, array in p.items()}
    for name, array in p.items():
        for place in np.ndindex(array.shape):
            old, central = array[place], []
            for size in (step, <<5 - many>> * step):
                array[place] = old + size
                above = function(p)
                array[place] = old - size
                central.append((above - function(p)) / (2 * size))
            array[place] = old
            found[name][place] = (<<(5 - many)**2>> * central[0] - central[1]) / <<(5 - many)**2 - 1>>
    return found
