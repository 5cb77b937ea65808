"""The live form of a training: ipywidgets, and a thread that trains, so that Stop is heard while it does."""

from __future__ import annotations

import html
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_lab.interact.training import Training


def live_training(training: Training) -> Any:
    """A box of one widget per field, the buttons, a bar, the figure, and a sentence.

    Its attributes `press`, `stop` and `thread` are for a test: what the buttons call, and what trains.
    """
    import ipywidgets
    import plotly.graph_objects as go

    style, wide = {"description_width": "12em"}, ipywidgets.Layout(width="min(100%, 40em)")
    widgets = {
        name: ipywidgets.Dropdown(
            options=field.choices,
            value=field.initial,
            description=field.label,
            style=style,
            layout=wide,
        )
        if field.choices
        else (ipywidgets.Textarea if field.lines else ipywidgets.Text)(
            str(field.initial), description=field.label, style=style, layout=wide
        )
        for name, field in training.fields.items()
    }
    train = ipywidgets.Button(description=training.verb)
    stop = ipywidgets.Button(description="Stop", disabled=True)
    bar = ipywidgets.FloatProgress(0.0, min=0, max=1, layout=wide)
    said = ipywidgets.HTML()
    figure = go.FigureWidget(next(training.run()).figure)
    stopped = Event()

    def work() -> None:
        try:
            for step in training.run_texts({name: one.value for name, one in widgets.items()}):
                bar.value = step.share
                _update(figure, step.figure)
                said.value = step.figure.layout.meta["summary"]
                if stopped.is_set():
                    said.value = f"Stopped. {said.value}"
                    break
        except (TypeError, ValueError) as error:
            said.value = f"<b>{html.escape(str(error))}</b>"
        finally:
            train.disabled, stop.disabled = False, True

    def press(_: Any = None) -> None:
        stopped.clear()
        train.disabled, stop.disabled = True, False
        box.thread = Thread(target=work, daemon=True)
        box.thread.start()

    train.on_click(press)
    stop.on_click(lambda _: stopped.set())
    buttons = ipywidgets.HBox([train, stop])
    box = ipywidgets.VBox([*widgets.values(), buttons, bar, said, figure])
    box.fields, box.press, box.stop, box.said, box.bar = widgets, press, stopped.set, said, bar
    return box


def _update(figure: Any, new: Any) -> None:
    with figure.batch_update():
        for trace, fresh in zip(figure.data, new.data, strict=True):
            trace.update(fresh.to_plotly_json(), overwrite=True)
        figure.layout.update(new.layout.to_plotly_json(), overwrite=True)
