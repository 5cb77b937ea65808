import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.figures import cells2000, successors
from lstm_lab.interact.still_picture import picture


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_a_gate_of_one_adds_up_and_a_gate_that_resets_keeps_the_score():
    runs = successors.runs(6)
    np.testing.assert_allclose(successors.board("1, as in 1997", 6), np.cumsum(runs))
    score = successors.board(successors.RESET, 6).reshape(6, -1)
    np.testing.assert_allclose(score, np.cumsum(runs.reshape(6, -1), axis=1))


@pytest.mark.parametrize("innings", [1, 4, 12])
def test_a_leaking_board_is_a_weighted_sum(innings):
    runs = successors.runs(innings)
    last = sum(run * 0.95**k for k, run in enumerate(runs[::-1]))
    assert successors.board("0.95", innings)[-1] == pytest.approx(last)


def test_what_a_run_still_changes_is_the_slope_of_the_squash():
    figure = successors.scoreboard("1, as in 1997", 4)
    state, slope = line(figure, "state of the cell").y, line(figure, "what a run still changes").y
    nudged = np.tanh((np.array(state) + 1e-4) / successors.FULL_BOARD)
    change = (nudged - np.tanh(np.array(state) / successors.FULL_BOARD)) / 1e-4
    np.testing.assert_allclose(slope, change * successors.FULL_BOARD, atol=1e-5)
    assert f"{100 * slope[-1]:.2g} %" in figure.layout.meta["summary"]


def test_an_unknown_forget_gate_is_refused():
    with pytest.raises(ValueError, match="forget must be one of"):
        successors.board("0.9", 1)


@pytest.mark.parametrize("task", successors.TASKS)
def test_every_network_of_the_ablation_is_drawn(task):
    figure = successors.ablation(task)
    seeds = experiments.load("ablation")["settings"]["seeds"]
    names = successors.variants()
    points, middles = line(figure, "one network"), line(figure, "median")
    assert len(points.x) == seeds * len(names)
    rows = np.array(points.x).reshape(len(names), seeds)
    np.testing.assert_allclose(np.median(rows, axis=1), middles.x)
    ranges = np.array([[v for v in line(figure, "range").x if v is not None]]).reshape(-1, 2)
    np.testing.assert_allclose(ranges, np.stack([rows.min(axis=1), rows.max(axis=1)], axis=1))
    assert all(name in figure.layout.meta["summary"] for name in names)


def test_a_network_counts_as_solved_from_its_first_error_below_the_line():
    check_every = experiments.load("ablation")["settings"]["adding_check_every"]
    for name in successors.variants():
        for trial, found in zip(
            successors.trials("adding", name), successors.outcomes("adding", name), strict=True
        ):
            errors = np.array(trial["errors"])
            if np.isinf(found):
                assert (errors >= successors.SOLVED_BELOW).all()
            else:
                at = int(found) // check_every
                assert errors[at] < successors.SOLVED_BELOW
                assert (errors[:at] >= successors.SOLVED_BELOW).all()


def test_the_range_of_five_covers_the_median_in_ninety_four_of_a_hundred():
    rng = np.random.default_rng(5)
    drawn = rng.exponential(size=(20_000, 5))
    covered = (drawn.min(axis=1) < np.log(2)) & (np.log(2) < drawn.max(axis=1))
    assert covered.mean() == pytest.approx(1 - 2 * 0.5**5, abs=0.01)
    assert experiments.load("ablation")["settings"]["seeds"] == 5


def test_the_growth_is_drawn_as_recorded():
    figure = successors.state_growth()
    for name in successors.GROWTH:
        sizes = np.array([trial["state"] for trial in successors.trials("continual Reber", name)])
        np.testing.assert_allclose(line(figure, name).y, np.log10(np.median(sizes, axis=0)))


@pytest.mark.parametrize("draw", [cells2000.lstm_2000, cells2000.gru])
def test_a_diagram_names_its_parts_and_can_be_printed(draw):
    figure = draw()
    words = " ".join(note.text for note in figure.layout.annotations)
    assert all(part in words for part in ("keep", "add", "new", "x<sub>t</sub>"))
    assert picture(figure).startswith("<svg")
    assert len(figure.layout.meta["summary"]) > 200
