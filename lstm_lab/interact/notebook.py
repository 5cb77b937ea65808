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


class OpeningTable:
    """Rows under a header, in groups; a row opens what stands behind it: sentences and still figures.

    It is plain HTML that needs no script: each row is a `<details>`, whose summary says its cells with their names for
    those who do not see the header.

    Args:
        header: the name of each column.
        groups: for each group its heading, and its rows: the cells, and what the row opens, each part a sentence, an
            address with its words, or a figure of `interact.theme.figure`.

    Raises:
        ValueError: if a row has another number of cells than the header.
    """

    def __init__(
        self,
        header: Sequence[str],
        groups: Iterable[tuple[str, Iterable[tuple[Sequence[str], Sequence[Any]]]]],
    ) -> None:
        self.header = list(map(str, header))
        self.groups = [
            (heading, [(list(map(str, cells)), list(inside)) for cells, inside in rows])
            for heading, rows in groups
        ]
        for _, rows in self.groups:
            for cells, _ in rows:
                if len(cells) != len(self.header):
                    raise ValueError(
                        f"rows must have {len(self.header)} cells, as the header, got {len(cells)}: {cells}"
                    )

    def _repr_html_(self) -> str:
        names = "".join(f"<span>{html.escape(name)}</span>" for name in self.header)
        parts = [f'<div class="lab-rows-head" aria-hidden="true">{names}</div>']
        for heading, rows in self.groups:
            parts.append(f'<p class="lab-rows-group">{html.escape(heading)}</p>')
            parts += [self._row(cells, inside) for cells, inside in rows]
        return f'<div class="lab-rows">{"".join(parts)}</div>'

    def _row(self, cells: Sequence[str], inside: Sequence[Any]) -> str:
        first, *rest = cells
        said = "".join(
            f'<span><span class="lab-rows-name">{html.escape(name)}: </span>{html.escape(cell)}</span> '
            for name, cell in zip(self.header[1:], rest, strict=True)
        )
        opened = "".join(map(_opened, inside))
        return f"<details><summary><span><b>{html.escape(first)}</b></span> {said}</summary>{opened}</details>"

    def __repr__(self) -> str:
        lines = []
        for heading, rows in self.groups:
            lines += [heading, repr(Table(self.header, [cells for cells, _ in rows]))]
        return "\n".join(lines)


def _opened(part: Any) -> str:
    """One part of what a row opens, as HTML."""
    if isinstance(part, str):
        return f"<p>{html.escape(part)}</p>"
    if isinstance(part, tuple):
        address, words = part
        return f'<p><a href="{html.escape(address)}">{html.escape(words)}</a></p>'
    from lstm_lab.interact.still_picture import image, picture

    summary = html.escape(str((part.layout.meta or {}).get("summary", "")))
    return image(picture(part), f'aria-label="{summary}"')
