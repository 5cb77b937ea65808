# loses: differences-order differences-restore
# Leaves the weight at the last step down.
# %% differences
def differences(function, p, step):
    found = {name: np.zeros_like(array) for name, array in p.items()}
    for name, array in p.items():
        for place in np.ndindex(array.shape):
            old, central = array[place], []
            for size in (step, <<many>> * step):
                array[place] = old + size
                above = function(p)
                array[place] = old - size
                central.append((above - function(p)) / (2 * size))
            found[name][place] = (<<many**2>> * central[0] - central[1]) / <<many**2 - 1>>
    return found
