"""The table of chapter 08: every row of the paper, its verdict, and behind it its net, its trials and its curves."""

from __future__ import annotations

from lstm_lab.chapters.ch08.figures import curves1997, trials1997
from lstm_lab.interact.notebook import OpeningTable
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import table, wording

HEAD = ("row", "setting", "paper", "ours", "solved", "verdict")
SIGNS = {"reproduced": "✓", "partly": "~", "not": "✗"}


def all_rows() -> OpeningTable:
    """Every row of the paper's tables, in groups by experiment."""
    lines: dict[str, list[table.Line]] = {}
    for line in table.lines():
        lines.setdefault(line.row, []).append(line)
    return OpeningTable(
        HEAD,
        [
            (said, [_row(of_row) for row, of_row in lines.items() if row.startswith(experiment)])
            for experiment, said in wording.TASKS.items()
        ],
    )


def _row(lines: list[table.Line]) -> tuple[tuple[str, ...], list[object]]:
    """The cells of a row, those of its last stopping rule, and what it opens."""
    last = lines[-1]
    row = last.row
    cells = (
        row.replace("-", wording.HYPHEN),
        asked(row),
        f"{last.paper_sequences:,.0f}",
        "–" if last.mean is None else f"{last.mean:,.0f}",
        f"{last.succeeded} of {last.trials}",
        f"{SIGNS.get(last.verdict, '')} {last.verdict}".strip(),
    )
    ours = [
        f"{f'{one.stage}: ' if len(lines) > 1 else ''}{wording.sentence(one)}." for one in lines
    ]
    inside: list[object] = [wording.net(row), wording.rules(row), *ours]
    if last.succeeded < last.trials:
        inside.append(f"The others were given up after {last.cap:,} sequences.")
    if last.program_trials:
        inside.append(f"As the authors’ own program: {wording.program(last)}.")
    count = trials1997.count_of_settings().get(row, 0)
    if count:
        words = f"Trial by trial, under {count} reading{'s' if count > 1 else ''}"
        inside.append((f"#explorer=trials-1997&row={row}", words))
    return cells, [*inside, curves1997.all_trials(row)]


def asked(row: str) -> str:
    """What tells a row from the others of its experiment, in a few words."""
    return spec.row(row).title.partition(", ")[2]
