# loses: differences-order
# The central difference of chapter 03.
# %% differences
def differences(function, p, step):
    found = {name: np.zeros_like(array) for name, array in p.items()}
    for name, array in p.items():
        for place in np.ndindex(array.shape):
            old = array[place]
            array[place] = old + step
            above = function(p)
            array[place] = old - step
            below = function(p)
            array[place] = old
            found[name][place] = (above - below) / (2 * step)
    return found
