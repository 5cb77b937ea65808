# loses: backward-above backward-below
# Lets PyTorch differentiate.
# %% backward
import torch
def backward(p, X, h, slopes, dy):
    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in p.items()}
    y = torch.tensor(h) @ leaves["V"] + leaves["b_y"]
    y.backward(torch.tensor(dy))
    return {name: leaf.grad for name, leaf in leaves.items()}
