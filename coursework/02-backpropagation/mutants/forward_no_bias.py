# loses: forward-pass
# %% forward
def forward(p, X):
    a = X @ p["W"].T
    h = squash(a)
    return a, h, h @ p["V"] + p["b_y"]
