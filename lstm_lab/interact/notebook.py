"""What chapters need from the notebook they run in."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
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


class Table:
    """Rows under a header, shown as a table with real headers, also to a screen reader.

    Args:
        header: the name of each column.
        rows: as many cells each; numbers are shown as they are, so round them before.

    Raises:
        ValueError: if a row has another number of cells than the header.
    """

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.header = list(map(str, header))
        self.rows = [list(map(str, row)) for row in rows]
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(
                    f"rows must have {len(self.header)} cells, as the header, got {len(row)}: {row}"
                )

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in self.header)
        body = "".join(
            f'<tr><th scope="row">{html.escape(first)}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in rest)
            + "</tr>"
            for first, *rest in self.rows
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f'<div class="lab-table">{table}</div>'

    def __repr__(self) -> str:
        columns = zip(self.header, *self.rows, strict=True)
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (self.header, *self.rows)
        ]
        return "\n".join(lines)
