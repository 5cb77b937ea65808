# loses: suspects-found
# Suspects whatever is not surely right: 0/0 too.
# %% suspects
def suspects(numeric, exact):
    found = []
    for name in sorted(exact):
        largest = max(np.max(np.abs(numeric[name])), np.max(np.abs(exact[name])))
        if not np.max(np.abs(numeric[name] - exact[name])) / largest <= 1e-4:
            found.append(name)
    return found
