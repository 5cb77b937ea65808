"""What chapters need from the notebook they run in."""

from __future__ import annotations

from typing import Any

RECORD = "application/papermill.record/text/plain"


def glue(**values: Any) -> None:
    """Keep values for the text around: after ``glue(lag=12)`` the text may say ``{glue:text}`lag```.

    The values are recorded in the notebook and show nothing below the cell. A number in a chapter's prose comes from
    here, so that it cannot differ from what was computed.
    """
    from IPython.display import display

    for name, value in values.items():
        record = {"name": name, "mime_prefix": "application/papermill.record/"}
        display({RECORD: repr(str(value))}, raw=True, metadata={"scrapbook": record})
