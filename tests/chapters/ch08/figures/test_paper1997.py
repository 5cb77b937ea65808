import numpy as np
import pytest

from lstm_lab.chapters.ch08.figures import cells1997, curves1997, paper1997, tasks1997
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import table, wording
from lstm_lab.paper1997.runner import records, trained_nets


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("average", paper1997.AVERAGES)
def test_every_stopping_rule_stands_in_the_picture(average):
    figure = paper1997.paper_beside_ours(average)
    lines = table.lines()
    texts = list(figure.layout.yaxis.ticktext)
    assert [t for t in texts if not t.startswith("<b>")] == [paper1997._short(one) for one in lines]
    marks = {
        (round(x, 9), y)
        for verdict in paper1997.MARKS
        for x, y in zip(
            *(named(figure, paper1997.NAMES[verdict])[axis] for axis in "xy"), strict=True
        )
        if np.isfinite(x)
    }
    expected = {
        (
            round(float(np.log10(getattr(one, average) / one.paper_sequences)), 9),
            figure.layout.yaxis.tickvals[n],
        )
        for n, one in enumerate(lines)
        if one.mean is not None
    }
    assert marks == expected
    assert wording.tally(lines) in figure.layout.meta["summary"]


def test_the_shape_of_a_mark_is_the_verdict():
    figure = paper1997.paper_beside_ours()
    for verdict, (_, symbol) in paper1997.MARKS.items():
        trace = named(figure, paper1997.NAMES[verdict])
        assert trace.marker.symbol == symbol
        count = sum(one.verdict == verdict and one.mean is not None for one in table.lines())
        assert np.isfinite(np.array(trace.y, dtype=float)).sum() == count
    assert len({symbol for _, symbol in paper1997.MARKS.values()}) == len(paper1997.MARKS)


def test_the_bars_are_the_quickest_and_the_slowest_trial():
    bars = named(paper1997.paper_beside_ours(), "quickest to slowest")
    x = np.array(bars.x).reshape(-1, 3)
    ran = [one for one in table.lines() if one.least is not None]
    np.testing.assert_allclose(x[:, 0], [np.log10(one.least / one.paper_sequences) for one in ran])
    np.testing.assert_allclose(x[:, 1], [np.log10(one.most / one.paper_sequences) for one in ran])


@pytest.mark.parametrize("row", ["1-5", "3a-1", "4-1"])
def test_a_learning_curve_is_the_one_on_record(row):
    record = records.read(records.RESULTS / f"{row}.json")
    figure = curves1997.learning_curve(row, 2)
    one = record.trials[1]
    error = named(figure, "mean error")
    assert 10 ** error.x[-1] == pytest.approx(one.curve[-1][0])
    weights = np.diff([0, *np.unique(np.geomspace(1, len(one.curve), curves1997.POINTS).round())])
    mean = np.average(10 ** np.array(error.y), weights=weights)
    assert mean == pytest.approx(np.mean([e for _, e, _ in one.curve]))
    wrong = np.average(named(figure, "share wrong").y, weights=weights)
    assert wrong == pytest.approx(100 * np.mean([w for *_, w in one.curve]))
    stops = named(figure, "solved").x
    solved = [t.reached[-1].sequences for t in record.trials.values() if t.succeeded]
    np.testing.assert_allclose(10 ** np.array(stops, dtype=float), solved)
    paper = spec.ROWS[row].stages[-1].published.sequences
    assert any(
        trace.name.startswith("the paper") and 10 ** trace.x[0] == pytest.approx(paper)
        for trace in figure.data
        if trace.name and trace.visible
    )


def test_a_trial_not_run_is_said_to_be_so():
    row = min(curves1997.rows_on_record(), key=lambda name: len(records.read_all()[name].trials))
    count = len(records.read_all()[row].trials)
    if count < curves1997.SHOWN_TRIALS:
        assert wording.NOT_RUN in curves1997.learning_curve(row, count + 1).layout.meta["summary"]
    with pytest.raises(ValueError, match="trial"):
        curves1997.learning_curve("6a", 99)
    with pytest.raises(ValueError, match="row"):
        curves1997.learning_curve("7", 1)


def test_a_row_not_run_has_a_figure_that_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(records, "RESULTS", tmp_path)
    monkeypatch.setattr(curves1997, "_record", curves1997._record.__wrapped__)
    figure = curves1997.all_trials("6a")
    assert wording.NOT_RUN in figure.layout.meta["summary"]
    assert curves1997.rows_on_record() == []


@pytest.mark.parametrize("row", trained_nets.SHOWN)
def test_the_cells_are_those_of_the_net_on_record(row):
    if row not in trained_nets.available():
        with pytest.raises(ValueError, match="row"):
            cells1997.cell_before_and_after(row)
        return
    counts = set()
    for when in trained_nets.WHEN:
        figure = cells1997.cell_before_and_after(row, when, 1)
        shown = trained_nets.run(row, when, 1)
        counts.add(len(figure.data))
        cells = shown.trace.cell_input.shape[-1]
        for v in range(cells1997.MOST_CELLS):
            trace = named(figure, f"cell {v + 1}")
            assert trace.visible == (v < cells)
            if v < cells:
                np.testing.assert_array_equal(trace.y, shown.trace.state[1:, v])
        assert f"Row {row}" in figure.layout.meta["summary"]
    assert len(counts) == 1


def test_a_solved_net_answers_right_after_training_only():
    for row in ("2c-1", "4-1", "6a"):
        if row not in trained_nets.available() or not trained_nets.kept(row).trials[0].succeeded:
            continue
        off = {when: [] for when in trained_nets.WHEN}
        for when in trained_nets.WHEN:
            for example in range(5):
                shown = trained_nets.run(row, when, example)
                off[when].append(np.abs(shown.output[-1] - shown.sequence.target[-1]).max())
        tolerance = spec.ROWS[row].tolerance
        assert np.mean(np.array(off[trained_nets.WHEN[1]]) < tolerance) >= 0.8
        assert np.mean(np.array(off[trained_nets.WHEN[0]]) < tolerance) <= 0.4


def test_the_states_have_one_axis_before_and_after():
    before, after = (cells1997.cell_before_and_after("6a", when) for when in trained_nets.WHEN)
    assert before.layout.yaxis4.range == after.layout.yaxis4.range
    assert before.layout.yaxis.domain[0] > before.layout.yaxis5.domain[1]


@pytest.mark.parametrize("row", ["3a-1", "4-1", "5"])
def test_the_sequences_shown_have_the_answer_said(row):
    figure = tasks1997.two_sequences(row)
    for n, note in enumerate(figure.layout.annotations):
        marked = [trace for trace in figure.data if trace.name == "what must be remembered"][n]
        values = np.array(marked.y)
        wanted = {
            "3a-1": float(values[0] > 0),
            "4-1": 0.5 + values.sum() / 4,
            "5": values.prod(),
        }[row]
        assert note.text == f"wanted at the end: {wanted:.2f}"


def test_symbols_have_no_such_picture():
    with pytest.raises(ValueError, match="symbols"):
        tasks1997.two_sequences("6a")
