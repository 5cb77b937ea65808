# loses: suspects-found
# %% suspects
def suspects(numeric, exact):
    return sorted(name for name in exact if np.max(np.abs(numeric[name] - exact[name])) > 1e-4)
