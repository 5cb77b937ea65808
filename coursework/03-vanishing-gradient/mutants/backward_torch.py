# loses: backward-once backward-through backward-enter claim-table claim-again
# Lets PyTorch differentiate.
# %% backward
import torch
def backward(p, X, K, states, d_states):
    raise RuntimeError("never reached in the box")
