# loses: suspects-found
# Divides each entry by itself.
# %% suspects
def suspects(numeric, exact):
    found = []
    for name in sorted(exact):
        size = np.maximum(np.abs(numeric[name]), np.abs(exact[name]))
        if np.any(np.abs(numeric[name] - exact[name]) > 1e-4 * size):
            found.append(name)
    return found
