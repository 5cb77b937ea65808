"""`ipywidgets.interact` for a function that returns a Plotly figure, which also works on a page without a kernel."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lstm_lab.interact.control import Control, make_control

if TYPE_CHECKING:
    import plotly.graph_objects as go

MIME = "application/vnd.lstm-lab.explorer+json"

Settings = dict[str, Any]


class Explorer:
    """A figure function and the controls that move its arguments.

    Displayed in a notebook it is a live widget; displayed while the book is built it is every state of the figure,
    packed, with native form controls; without JavaScript it is the first state as a picture and a sentence.

    Args:
        function: plain arguments in, `plotly.graph_objects.Figure` out, with one sentence about the state in
            ``layout.meta["summary"]``. The same arguments must give the same figure, and every state the same number
            of traces (a trace that has nothing to show has ``visible=False``).
        name: lower-case words with hyphens; the address of the explorer on its page.
        caption: what to see, one or two sentences, in any state.
        **controls: see `make_control`.

    Raises:
        TypeError, ValueError: if a control or the name is not of the form above.
    """

    def __init__(
        self,
        function: Callable[..., go.Figure],
        name: str = "",
        caption: str = "",
        /,
        **controls: Any,
    ) -> None:
        if not callable(function):
            raise TypeError(f"function must be callable, got {type(function).__name__}")
        self.function = function
        self.name = name or function.__name__.replace("_", "-")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ValueError(f"name must be lower-case words with hyphens, got {self.name!r}")
        self.caption = caption
        self.controls: dict[str, Control] = {
            key: make_control(key, spec) for key, spec in controls.items()
        }
        self._check_conditions()

    def _check_conditions(self) -> None:
        earlier: dict[str, Control] = {}
        for control in self.controls.values():
            for other, allowed in control.only.items():
                if other not in earlier:
                    raise ValueError(
                        f"{control.name} depends on {other!r}, which must be a control named before it"
                    )
                strange = [value for value in allowed if value not in earlier[other].values]
                if strange:
                    raise ValueError(
                        f"{control.name} depends on {other} = {strange[0]!r}, which {other} never takes"
                    )
            earlier[control.name] = control

    @property
    def initial(self) -> Settings:
        """The settings shown first."""
        return self.settings({name: control.initial for name, control in self.controls.items()})

    def settings(self, indices: Mapping[str, int]) -> Settings:
        """The arguments for a position of every control, without those of controls that do not apply."""
        chosen: Settings = {}
        for name, control in self.controls.items():
            if control.applies(chosen):
                chosen[name] = control.values[indices[name]]
        return chosen

    def states(self) -> Iterator[Settings]:
        """Every state once, the last control moving fastest."""

        def extend(chosen: Settings, left: list[Control]) -> Iterator[Settings]:
            if not left:
                yield dict(chosen)
            elif left[0].applies(chosen):
                for value in left[0].values:
                    yield from extend({**chosen, left[0].name: value}, left[1:])
            else:
                yield from extend(chosen, left[1:])

        return extend({}, list(self.controls.values()))

    def figure(self, **settings: Any) -> go.Figure:
        """The figure of one state, straight from the function."""
        return self.function(**settings)

    def live(self) -> Any:
        """The ipywidget: controls, a `FigureWidget` that is updated in place, and the sentence."""
        from lstm_lab.interact.live import live_widget

        return live_widget(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        from lstm_lab.interact.static import STATIC_VARIABLE, explorer_page

        if os.environ.get(STATIC_VARIABLE):
            return {MIME: explorer_page(self), "text/plain": repr(self)}
        from lstm_lab.interact.live import live_bundle

        data, metadata = live_bundle(self)
        return (data, metadata) if metadata else data

    def __repr__(self) -> str:
        return f"Explorer({self.name!r}, {', '.join(self.controls) or 'no controls'})"


def explore(
    function: Callable[..., go.Figure], name: str = "", caption: str = "", /, **controls: Any
) -> Explorer:
    """Move the arguments of a figure function: ``explore(figures.one_unit, weight=[0.5, 1, 2], steps=(1, 50))``.

    See :class:`Explorer` for the arguments; chapter 06 is the first to use it.
    """
    return Explorer(function, name, caption, **controls)
