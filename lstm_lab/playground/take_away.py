"""The playground's networks as a notebook: learnt in NumPy, and in PyTorch from the same weights."""

from __future__ import annotations

import json
from typing import Any

from lstm_lab.interact.training import File
from lstm_lab.playground.task import Task

NUMPY = """from lstm_lab.playground.task import CLIP, Task
from lstm_lab.training import Adam, train

task = Task(**settings)
losses = {}
for name, network in task.networks().items():
    learnt = train(network, task.batches(), Adam(task.learning_rate), task.updates, clip=CLIP)
    losses[name] = [task.per_step(loss) for loss in learnt.losses]
    print(f"{name}: {losses[name][0]:.3g} before the first update, {losses[name][-1]:.3g} at the last, in {task.unit}")
print(f"naive rule, {task.naive_rule}: {task.naive():.3g}")"""

TORCH = """from itertools import islice

import torch
from lstm_lab.training import output_part
from lstm_lab.twins import twin


def learnt_in_torch(network):
    model, readout = twin(network.model), twin(network.readout)
    parameters = [*model.parameters(), *readout.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=task.learning_rate)
    losses = []
    for window in islice(task.batches(), task.updates):
        x, target = torch.tensor(window.x), torch.tensor(window.target)
        net = readout(model(x)[1:][..., output_part(network.model)])
        loss = readout.loss(net, target) / x.shape[1]
        optimiser.zero_grad()
        loss.backward()
        norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters))
        for p in parameters:
            p.grad *= min(1.0, CLIP / norm)
        optimiser.step()
        losses.append(task.per_step(loss.item()))
    return losses


in_torch = {name: learnt_in_torch(network) for name, network in task.networks().items()}"""

COMPARED = """import numpy as np

for name in losses:
    difference = np.abs(np.array(losses[name]) - in_torch[name]).max()
    print(f"{name}: the losses of NumPy and PyTorch differ by {difference:.1g} at most")"""


def notebook(**settings: Any) -> File:
    """A notebook that learns the same sequence with the same settings.

    Args:
        **settings: of :class:`lstm_lab.playground.task.Task`.

    Raises:
        TypeError, ValueError: as `Task`.
    """
    Task(**settings)
    written = "\n".join(f"    {name}={value!r}," for name, value in settings.items())
    parts = [
        (
            "markdown",
            "# A sequence, learnt by two networks\n\nFrom the playground of *From Perceptron to LSTM*. It needs the "
            "course's package, `lstm-lab`; the second half also PyTorch.",
        ),
        ("code", f"settings = dict(\n{written}\n)"),
        ("code", NUMPY),
        (
            "markdown",
            "The same in PyTorch: the forward equations once more, the same first weights and the same windows; the "
            "gradient is autograd's.",
        ),
        ("code", TORCH),
        ("code", COMPARED),
    ]
    cells = [_cell(kind, text, place) for place, (kind, text) in enumerate(parts)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return File("playground.ipynb", json.dumps(whole, ensure_ascii=False, indent=1))


def _cell(kind: str, text: str, place: int) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"part-{place}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
