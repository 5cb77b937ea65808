"""A training that a reader starts and watches: fields for its arguments, Train, Stop, and a figure that follows.

The function is a generator of plain arguments; it yields how far it is, and the figure so far. On the page, the page's
Python runs it; in a notebook, ipywidgets do; without either stands what the first settings lead to, as a picture.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import plotly.graph_objects as go

MIME = "application/vnd.lstm-lab.training+json"


class Step(NamedTuple):
    """How far a training is, from 0 to 1, and the figure so far."""

    share: float
    figure: go.Figure


@dataclass(frozen=True)
class Field:
    """An argument that a reader sets.

    Attributes:
        label: what the reader sees.
        initial: the first value; its kind, a text, a whole number or a number, is that of the argument.
        choices: what a text may be; empty for a number.
        allowed: what a number or a text may be, in words: "1 to 200".
        lines: for a text that a reader writes, how many lines of it are to be seen.
    """

    label: str
    initial: str | int | float
    choices: tuple[str, ...] = ()
    allowed: str = ""
    lines: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.initial, str) and not self.lines and self.initial not in self.choices:
            raise ValueError(f"initial must be one of {self.choices}, got {self.initial!r}")

    def value(self, text: str) -> Any:
        """What a reader's text means: a number if it is one, else the text, which the function refuses by name."""
        return text if self.choices or self.lines else typed_number(text)


def typed_number(text: str) -> int | float | str:
    """A number as a reader types it, whole where it is; the text itself if it is none."""
    for kind in (int, float):
        try:
            return kind(text.strip().replace("\u2212", "-"))
        except ValueError:
            continue
    return text


class File(NamedTuple):
    """A file that a reader can take away."""

    file_name: str
    content: str


class Training:
    """A generator function and the fields of its arguments, shown live in a notebook and on the page.

    Args:
        function: plain arguments in; yields a :class:`Step` after every piece of work, the last one with `share` 1. It
            checks its arguments when it is called, before the first step.
        name: lower-case words with hyphens; its address on the page.
        caption: what to see, in any run.
        **fields: one for each argument that a reader sets.

    Raises:
        ValueError: for a name of another form.
    """

    def __init__(
        self,
        function: Callable[..., Iterator[Step]],
        name: str,
        caption: str,
        /,
        **fields: Field,
    ) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise ValueError(f"name must be lower-case words with hyphens, got {name!r}")
        self.function, self.name, self.caption, self.fields = function, name, caption, fields
        self.taken: Callable[..., File] | None = None
        self.verb = "Train"

    def started_by(self, verb: str) -> Training:
        """The same with another word on its button, where something else than learning is watched; returns itself."""
        self.verb = verb
        return self

    def that_can_be_taken(self, writes: Callable[..., File]) -> Training:
        """The same, with a function of its arguments that writes a file to take away; returns itself."""
        self.taken = writes
        return self

    def take_away(self, texts: Mapping[str, str]) -> File:
        """The file for what a reader has typed.

        Raises:
            TypeError: if nothing can be taken away.
        """
        if self.taken is None:
            raise TypeError(f"{self.name} writes no file to take away")
        return self.taken(**self.typed(texts))

    def typed(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The arguments that a reader has typed."""
        return {name: self.fields[name].value(text) for name, text in texts.items()}

    @property
    def initial(self) -> dict[str, Any]:
        """The settings that stand there first."""
        return {name: field.initial for name, field in self.fields.items()}

    def run(self, **settings: Any) -> Iterator[Step]:
        """Train with these settings, the first ones where nothing else is said."""
        return self.function(**{**self.initial, **settings})

    def run_texts(self, texts: Mapping[str, str]) -> Iterator[Step]:
        """Train with what a reader has typed."""
        return self.run(**self.typed(texts))

    def last(self, **settings: Any) -> go.Figure:
        """The figure at the end of a training."""
        *_, step = self.run(**settings)
        return step.figure

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        from lstm_lab.interact.static import STATIC_VARIABLE

        if os.environ.get(STATIC_VARIABLE):
            page = training_page(self, Path(os.environ[STATIC_VARIABLE]))
            return {MIME: page, "text/plain": repr(self)}
        try:
            bundle = self.live()._repr_mimebundle_()
        except ImportError:
            return {"text/plain": f"{self!r}: its fields need ipywidgets and anywidget"}
        return bundle[0] if isinstance(bundle, tuple) else bundle

    def live(self) -> Any:
        """The ipywidget: fields, Train, Stop, a bar, and a figure that is updated in place."""
        from lstm_lab.interact.live_training import live_training

        return live_training(self)

    def __repr__(self) -> str:
        return f"Training({self.name!r}, {', '.join(self.fields)})"


def training_page(training: Training, folder: Path) -> dict[str, Any]:
    """All that the page needs of a training, as JSON; kept in `folder` until what it rests on changes."""
    from lstm_lab.interact.source_digest import fingerprint
    from lstm_lab.results import write_whole

    fields = [_field_json(name, field) for name, field in training.fields.items()]
    rests_on = [fingerprint(__name__, training.function.__module__), training.name, fields]
    key = hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()[:16]
    kept = folder / f"training-{training.name}-{key}.json"
    if kept.exists():
        picture, summary, height = json.loads(kept.read_text("utf-8"))
    else:
        from lstm_lab.interact.still_picture import picture as drawn

        figure = training.last()
        picture, summary, height = (
            drawn(figure),
            figure.layout.meta["summary"],
            figure.layout.height,
        )
        write_whole(kept, json.dumps([picture, summary, height]).encode())
    return {
        "name": training.name,
        "caption": training.caption,
        "fields": fields,
        "picture": picture,
        "summary": summary,
        "height": height,
        "taken": training.taken is not None,
        "verb": training.verb,
    }


def _field_json(name: str, field: Field) -> dict[str, Any]:
    return {
        "name": name,
        "label": field.label,
        "initial": str(field.initial),
        "choices": list(field.choices),
        "allowed": field.allowed,
        "whole": isinstance(field.initial, int),
        "lines": field.lines,
    }
