# loses: forward-pass
# The output unit squashes, too.
# %% forward
def forward(p, X):
    a = X @ p["W"].T + p["b"]
    h = squash(a)
    return a, h, squash(h @ p["V"] + p["b_y"])
