"""The explorers of chapter 08, six experiments. What they offer follows what is on record."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch08.figures import cells1997, curves1997, paper1997, trials1997
from lstm_lab.interact import Explorer, control
from lstm_lab.paper1997.runner import trained_nets


def trials_1997() -> Explorer:
    """A row and how the paper is read: its trials, and all settings that were tried on it (chapter 08)."""
    rows = trials1997.rows()
    return Explorer(
        trials1997.trials_1997,
        "trials-1997",
        "Top: where each trial succeeded or was given up, and the paper’s mean. Bottom: each ring is a setting tried "
        "on this row, by its mean and its share of success (with none, at its cap); the bar is Wilson’s 95 % interval.",
        row=control(rows, initial="1-5" if "1-5" in rows else rows[0]),
        **{
            trials1997.control_name(row): control(
                trials1997.readings(row), label="reading", row=row
            )
            for row in rows
        },
    )


def learning_curve_1997() -> Explorer:
    """One trial of one row: error, share wrong, where it stopped, and the paper's mean (chapter 08)."""
    rows = curves1997.rows_on_record()
    return Explorer(
        curves1997.learning_curve,
        "learning-curve-1997",
        "Top: the mean error of the training sequences, both axes logarithmic. Middle: how many of them were wrong. "
        "Bottom: where every trial of the row stopped; the triangle is the one shown.",
        row=control(rows, initial="4-1" if "4-1" in rows else rows[0]),
        trial=control(list(range(1, curves1997.SHOWN_TRIALS + 1)), initial=1),
    )


def cell_before_and_after() -> Explorer:
    """Gates, cell states and output of one net on a test sequence (chapter 08)."""
    rows = trained_nets.available()
    return Explorer(
        cells1997.cell_before_and_after,
        "cell-before-and-after",
        cells1997.CAPTION,
        row=control(rows, initial="6a" if "6a" in rows else rows[0]),
        when=control(list(trained_nets.WHEN), label="net", initial=trained_nets.WHEN[1]),
        example=control(
            {f"{n + 1}": n for n in range(cells1997.EXAMPLES)}, label="test sequence", initial=0
        ),
    )


def paper_beside_ours() -> Explorer:
    """Every row of the paper in one picture (chapter 08)."""
    return Explorer(
        paper1997.paper_beside_ours,
        "paper-beside-ours",
        "Each mark: our sequences to success divided by the paper’s; at 1 both agree. The shape tells the verdict. The "
        "band is a factor of 1.5 to either side, the dotted lines a factor of 5. At the right: trials that succeeded.",
        average=control(list(paper1997.AVERAGES), label="our average"),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "trials-1997": trials_1997,
    "learning-curve-1997": learning_curve_1997,
    "cell-before-and-after": cell_before_and_after,
    "paper-beside-ours": paper_beside_ours,
}
