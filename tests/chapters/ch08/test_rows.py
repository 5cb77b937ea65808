"""The table at the head of chapter 08 has every row of the paper once, and what is behind each is on record."""

import re

from lstm_lab.chapters.ch08 import rows
from lstm_lab.chapters.ch08.figures import trials1997
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import table, wording

MADE = rows.all_rows()
INSIDE = {
    cells[0].replace(wording.HYPHEN, "-"): (cells, inside)
    for _, group in MADE.groups
    for cells, inside in group
}


def test_every_row_is_there_in_the_order_of_the_paper():
    assert list(INSIDE) == list(spec.ROWS)


def test_a_row_says_the_verdict_and_the_trials_of_its_last_rule():
    last = {line.row: line for line in table.lines()}
    for row, (cells, _) in INSIDE.items():
        assert cells[-1].split()[-1] == last[row].verdict
        assert cells[-2] == f"{last[row].succeeded} of {last[row].trials}"
        assert cells[2] == f"{spec.ROWS[row].stages[-1].published.sequences:,.0f}"


def test_a_row_opens_a_sentence_for_each_rule_its_settings_and_its_curves():
    for row, (_, inside) in INSIDE.items():
        said = " ".join(part for part in inside if isinstance(part, str))
        for stage in range(len(spec.ROWS[row].stages)):
            assert wording.sentence(wording.line(row, stage)) in said
        (link,) = [part for part in inside if isinstance(part, tuple)]
        assert link[0] == f"#explorer=trials-1997&row={row}"
        assert int(re.search(r"\d+", link[1])[0]) == trials1997.count_of_settings()[row]
        assert f"Row {row} " in inside[-1].layout.meta["summary"]


def test_the_cap_is_named_where_a_trial_failed():
    for row, (_, inside) in INSIDE.items():
        line = wording.line(row)
        assert (f"given up after {line.cap:,}" in str(inside)) == (line.succeeded < line.trials)
