"""Small training loops for the teaching models, with the two optimisers that the book needs.

`train` is for recurrent networks: introduced in chapter 05; chapter 06 uses it to ask what a vanishing
gradient does to learning. `train_many` trains small networks with one hidden layer from many seeds, for
chapter 03.
"""

from lstm_lab.training.loop import (
    SGD,
    Adam,
    Gradients,
    History,
    Network,
    Optimiser,
    clip_norm,
    output_part,
    train,
)
from lstm_lab.training.many import LOSSES, Runs, fresh_network, logistic_network, train_many

__all__ = [
    "LOSSES",
    "SGD",
    "Adam",
    "Gradients",
    "History",
    "Network",
    "Optimiser",
    "Runs",
    "clip_norm",
    "fresh_network",
    "logistic_network",
    "output_part",
    "train",
    "train_many",
]
