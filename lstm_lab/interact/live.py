"""The live form of an explorer: ipywidgets controls and a Plotly `FigureWidget`, updated in place.

What a notebook gets is the widget and, beside it, the first picture with its sentence as HTML. A front end that shows
no widgets takes the HTML: nbviewer, GitHub, VS Code before a kernel runs, an exported notebook.
"""

from __future__ import annotations

import html
import sys
from typing import TYPE_CHECKING, Any

from lstm_lab.interact.control import Control

if TYPE_CHECKING:
    from lstm_lab.interact.explorer import Explorer


WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
Bundle = dict[str, Any]


def live_bundle(explorer: Explorer) -> tuple[Bundle, Bundle]:
    """What a notebook shows for an explorer, by type, and what it has to know about each type.

    Where widgets cannot be made, for want of a package, it is the picture and the sentence alone, with a note.
    """
    from lstm_lab.interact.still_picture import first_picture
    from lstm_lab.interact.svg import StillError

    first = explorer.figure(**explorer.initial)
    try:
        picture = first_picture(first)
    except StillError as error:
        picture = f"<p>{html.escape(_summary(first))}</p><p>Without a picture: {html.escape(str(error))}.</p>"
    try:
        metadata = colab_metadata()
        widget = live_widget(explorer)
    except ImportError as error:
        note = f"<p>The controls need the package {error.name or error}, which is not installed here.</p>"
        return {"text/html": picture + note, "text/plain": repr(explorer)}, {}
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return {**data, "text/html": picture, "text/plain": repr(explorer)}, metadata


def colab_metadata() -> Bundle:
    """Switch on what Colab needs for widgets that are not its own, and say where it is; elsewhere nothing.

    The address is what `google.colab.output.enable_custom_widget_manager` installed. It has to stand beside the view of
    the outermost widget, our box: Colab reads it there and nowhere else.
    """
    colab = sys.modules.get("google.colab.output")
    if colab is None:
        return {}
    colab.enable_custom_widget_manager()
    address = getattr(getattr(colab, "_widgets", None), "_installed_url", None)
    return {WIDGET_MIME: {"colab": {"custom_widget_manager": {"url": address}}}} if address else {}


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
