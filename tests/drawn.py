"""States of the explorers, drawn once: by one process, in one run and the next, until what they rest on changes."""

from __future__ import annotations

import json
import os
import pickle
import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_lab.chapters import explorers
from lstm_lab.interact import Explorer
from lstm_lab.interact.source_digest import fingerprint
from lstm_lab.interact.static import decoded
from lstm_lab.results import write_whole

if TYPE_CHECKING:
    import plotly.graph_objects as go

SEED = "LSTM_LAB_SEED"
"""The environment variable that says which states are sampled; the weekly run draws it at random, and says it."""
Settings = dict[str, Any]


@cache
def sample(name: str) -> tuple[Settings, ...]:
    """The states in which all tests look at an explorer: the one it opens in, the first, the last, two others."""
    explorer = explorers.show(name)
    states = list(explorer.states())
    rng = random.Random(f"{name} {os.environ.get(SEED, 1997)}")
    chosen = [explorer.initial, states[0], states[-1], *rng.choices(states, k=2)]
    return tuple({json.dumps(one): one for one in chosen}.values())


def last(name: str) -> Settings:
    """The last state of an explorer, which is in the sample."""
    return list(explorers.show(name).states())[-1]


class Drawn:
    """Figures of sampled states, kept in a file for each explorer.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.known: dict[str, dict[str, Any]] = {}

    def __call__(self, name: str, settings: Settings) -> go.Figure:
        """The figure of an explorer in a state."""
        import plotly.graph_objects as go

        explorer = explorers.show(name)
        file = self.folder / f"{name}.pickle"
        if name not in self.known:
            self.known[name] = self._kept(file, self._mark(explorer))
        figures, key = self.known[name], json.dumps(settings)
        if key not in figures:
            # With arrays as arrays: Plotly's own pickle has them as texts.
            figures[key] = decoded(explorer.figure(**settings).to_plotly_json())
            write_whole(file, pickle.dumps((self._mark(explorer), figures)))
        return go.Figure(figures[key])

    @staticmethod
    def _kept(file: Path, mark: str) -> dict[str, Any]:
        try:
            found, figures = pickle.loads(file.read_bytes())
        except (OSError, ValueError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
            return {}
        return dict(figures) if found == mark else {}

    @staticmethod
    def _mark(explorer: Explorer) -> str:
        """What the figures rest on: source, recorded results, and the libraries that draw and compute."""
        import numpy
        import plotly

        source = fingerprint(explorer.function.__module__)
        return f"{source} {explorer.function.__qualname__} {plotly.__version__} {numpy.__version__}"
