# loses: features-parity
# %% features
def features(X):
    return X
