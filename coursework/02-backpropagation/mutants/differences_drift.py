# loses: differences-restore
# Takes the steps back by subtraction.
# %% differences
def differences(function, p, step):
    found = {name: np.zeros_like(array) for name, array in p.items()}
    for name, array in p.items():
        for place in np.ndindex(array.shape):
            central = []
            for size in (step, <<many>> * step):
                array[place] += size
                above = function(p)
                array[place] -= 2 * size
                below = function(p)
                array[place] += size
                central.append((above - below) / (2 * size))
            found[name][place] = (<<many**2>> * central[0] - central[1]) / <<many**2 - 1>>
    return found
