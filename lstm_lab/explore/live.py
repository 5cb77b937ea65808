"""The live form of an explorer: ipywidgets controls and a Plotly `FigureWidget`, updated in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstm_lab.explore.control import Control

if TYPE_CHECKING:
    from lstm_lab.explore.explorer import Explorer


def live_widget(explorer: Explorer) -> Any:
    """A box of one widget per control, the figure, and the sentence about what it shows."""
    import ipywidgets
    import plotly.graph_objects as go

    first = explorer.figure(**explorer.initial)
    figure = go.FigureWidget(first)
    summary = ipywidgets.HTML(_summary(first))
    widgets = {name: _widget(ipywidgets, control) for name, control in explorer.controls.items()}

    def positions() -> dict[str, int]:
        return {name: int(widget.value) for name, widget in widgets.items()}

    def hide_what_does_not_apply() -> None:
        applying = explorer.settings(positions())
        for name, widget in widgets.items():
            widget.layout.display = None if name in applying else "none"

    def update(_change: Any) -> None:
        hide_what_does_not_apply()
        new = explorer.figure(**explorer.settings(positions()))
        with figure.batch_update():
            for trace, fresh in zip(figure.data, new.data, strict=True):
                trace.update(fresh.to_plotly_json(), overwrite=True)
            figure.layout.update(new.layout.to_plotly_json(), overwrite=True)
        summary.value = _summary(new)

    for widget in widgets.values():
        widget.observe(update, names="value")
    hide_what_does_not_apply()
    return ipywidgets.VBox([*widgets.values(), figure, summary])


def _summary(figure: Any) -> str:
    return str((figure.layout.meta or {}).get("summary", ""))


def _widget(ipywidgets: Any, control: Control) -> Any:
    """A widget whose value is the position in the control's list of values."""
    style = {"description_width": "12em"}
    wide = ipywidgets.Layout(width="min(100%, 40em)")
    if control.kind == "switch":
        return ipywidgets.Checkbox(
            bool(control.initial), description=control.label, style=style, layout=wide
        )
    options = [(text, index) for index, text in enumerate(control.texts)]
    kind = ipywidgets.SelectionSlider if control.kind == "range" else ipywidgets.Dropdown
    more = {"continuous_update": True} if control.kind == "range" else {}
    return kind(
        options=options,
        value=control.initial,
        description=control.label,
        style=style,
        layout=wide,
        **more,
    )
