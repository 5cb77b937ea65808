import re

import numpy as np
import pytest

from lstm_lab import gradients
from lstm_lab.chapters import experiments, explorers
from lstm_lab.chapters.ch07.figures import carousel, memory_block, memory_cell
from lstm_lab.interact import theme
from lstm_lab.models import LSTM1997

SEQUENCES = list(memory_cell.SEQUENCES)


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def summary(figure):
    return figure.layout.meta["summary"]


def hand(sequence, input_gate, output_gate):
    x = memory_cell.inputs(sequence)
    return memory_cell.walk_by_hand(
        x[:, 0],
        memory_cell.gate_by_hand(x[:, 1], input_gate),
        memory_cell.gate_by_hand(x[:, 2], output_gate),
    )


@pytest.mark.parametrize(
    ("sequence", "asked", "sign"), [(SEQUENCES[0], 11, 1), (SEQUENCES[1], 9, -1)]
)
def test_only_gates_at_the_marks_store_and_tell(sequence, asked, sign):
    right = hand(sequence, "open at the mark", "open when asked")
    assert np.sign(right.said[asked - 1]) == sign
    assert np.count_nonzero(right.said) == 1
    for input_gate in ("always open", "open one step late"):
        assert np.sign(hand(sequence, input_gate, "open when asked").said[asked - 1]) == -sign
    assert not hand(sequence, "never open", "always open").said.any()


def test_no_setting_replaces_what_is_stored():
    for input_gate in memory_cell.INPUT_GATES:
        for output_gate in memory_cell.OUTPUT_GATES:
            assert hand(SEQUENCES[2], input_gate, output_gate).said[11] >= 0


def test_the_error_panel_is_the_gradient_of_the_model():
    """Entry and exit of the error, o h'(c) and i g'(a), are what LSTM1997 multiplies by."""
    network = memory_cell.taught(200)
    model, x = network.model, memory_cell.inputs(SEQUENCES[1])
    walk, trace = memory_cell.walk_of(network, x), model.forward(x)
    d_state = np.zeros((12, model.state_size))
    d_state[8, model.parts["output"]] = 1.0
    grads = model.backward(trace, d_state)
    on_the_carousel = grads.state[1:, model.parts["cell"]][:, 0]
    np.testing.assert_allclose(on_the_carousel[:8], np.full(8, walk.entry[8]), rtol=1e-12)
    assert not on_the_carousel[9:].any()
    weights = (walk.entry[8] * walk.taken[:9]) @ x[:9]
    np.testing.assert_allclose(grads.parameters["input_weights"][0], weights, rtol=1e-10)

    drawn = memory_cell.learned(SEQUENCES[1], 200, 9)
    np.testing.assert_allclose(line(drawn, "on the carousel").y[:8], on_the_carousel[:8])
    assert set(line(drawn, "on the carousel").y[9:]) == {None}
    np.testing.assert_allclose(
        line(drawn, "reaches the cell input").y[:9], walk.entry[8] * walk.taken[:9]
    )


def test_by_hand_is_the_cell_of_the_book():
    """With weights that look at the marks, LSTM1997 walks as the cell whose gates are set by hand."""
    model = LSTM1997(3, 1, rng=np.random.default_rng(0), recurrent=False)
    model.parameters["input_weights"][...] = [[1.0, 0, 0], [0, 60.0, 0], [0, 0, 60.0]]
    model.parameters["input_gate_bias"][...] = model.parameters["output_gate_bias"][...] = -30.0
    for sequence in SEQUENCES:
        walk = hand(sequence, "open at the mark", "open when asked")
        states = model.forward(memory_cell.inputs(sequence)).state[1:]
        np.testing.assert_allclose(states[:, :2], np.stack([walk.state, walk.said], 1), atol=1e-9)


def blocks(figure, colour, opacity=None):
    """The rectangles of the drawn cell in a colour, (count, 4): left, right, low, high."""
    wanted = theme.faint(colour, opacity) if opacity else colour
    return np.array(
        [
            [*trace.x[:2], trace.y[0], trace.y[2]]
            for trace in figure.data
            if trace.type == "scatter"
            and trace.fill == "toself"
            and wanted in (trace.fillcolor, trace.line.color)
        ]
    )


@pytest.mark.parametrize("step", range(1, 13))
def test_the_drawn_cell_is_the_step_of_the_walk(step):
    for figure, walk in (
        (
            memory_cell.by_hand(SEQUENCES[2], "open at the mark", "open when asked", step),
            hand(SEQUENCES[2], "open at the mark", "open when asked"),
        ),
        (
            memory_cell.learned(SEQUENCES[2], 400, step),
            memory_cell.walk_of(memory_cell.taught(400), memory_cell.inputs(SEQUENCES[2])),
        ),
    ):
        gates = [walk.input_gate[step - 1], walk.output_gate[step - 1]]
        slides = blocks(figure, theme.GREEN)
        passed = blocks(figure, theme.BLUE, 0.45)
        (state,) = blocks(figure, theme.VERMILION)
        np.testing.assert_allclose((slides[:, 2] - 0.25) / 0.5, gates, atol=1e-12)
        np.testing.assert_allclose((passed[:, 3] - 0.25) / 0.5, gates, atol=1e-12)
        assert 6.8 * (state[3] - 0.5) == pytest.approx(np.clip(walk.state[step - 1], -3.4, 3.4))
        (words,) = (
            trace.text for trace in figure.data if trace.type == "scatter" and trace.mode == "text"
        )
        numbers = [float(re.search(r"= ([−0-9.]+)", word)[1].replace("−", "-")) for word in words]
        said = [walk.cell_input, walk.input_gate, walk.state, walk.output_gate, walk.said]
        np.testing.assert_allclose(numbers, [one[step - 1] for one in said], atol=0.005 + 1e-9)


def test_the_learnt_cell_learns():
    x = memory_cell.inputs(SEQUENCES[0])
    wanted = np.array(line(memory_cell.learned(SEQUENCES[0]), "wanted").y, dtype=float)
    assert np.flatnonzero(wanted).tolist() == [10]
    errors = [
        np.abs(memory_cell.walk_of(memory_cell.taught(n), x).said - wanted).max()
        for n in memory_cell.UPDATES
    ]
    assert errors[0] > 0.9
    assert errors[-1] < 0.3


def test_the_walk_stops_where_it_is_told():
    figure = memory_cell.by_hand(step=4)
    assert [value is None for value in line(figure, "state c").y] == [False] * 4 + [True] * 8
    assert summary(figure).startswith("Step 4, value −1: input gate 1.00")
    assert "no error enters" in summary(memory_cell.by_hand(output_gate="never open")).lower()
    with pytest.raises(ValueError, match="step must be"):
        memory_cell.by_hand(step=13)
    with pytest.raises(ValueError, match="sequence must be one of"):
        memory_cell.by_hand("store")
    with pytest.raises(ValueError, match="updates must be one of"):
        memory_cell.learned(updates=3)


def test_diagrams_say_what_they_draw():
    one, two = memory_block.memory_block(1), memory_block.memory_block(2)
    assert "no forget gate" in summary(one)
    assert "Both cells share one input gate" in summary(two)
    words = [note.text for note in two.layout.annotations]
    assert words.count("×") == 4
    assert words.count("1.0") == 2
    assert sum("input gate" in word for word in words) == 1
    assert "exactly 1" in summary(memory_block.bare_carousel())
    with pytest.raises(ValueError, match="cells must be"):
        memory_block.memory_block(3)


def test_the_gradient_figure_draws_what_gradients_measures():
    figure = carousel.cell_gradient(10, "full", 2.0, 0.0)
    flow = gradients.gradient_flow("LSTM 1997", 10, carousel.CELLS, recurrent_scale=2.0)
    drawn = line(figure, "LSTM 1997, this gradient")
    np.testing.assert_allclose(drawn.y, flow.state.median)
    level = line(carousel.cell_gradient(50, "truncated", 4.0, 0.0), "LSTM 1997, this gradient").y
    assert np.ptp(level[1:]) < 1e-12
    assert 0 < level[-1] < np.log10(np.sqrt(1.25))
    assert carousel.cell_gradient(50, "full", 4.0, 0.0).data[2].y[-1] > 3 * level[-1]


def test_drift_grows_with_the_mean_and_shrinks_with_the_bias():
    def size(*setting):
        return line(carousel.state_drift(*setting), "size of the state").y[-1]

    assert size(1.0, 0) > size(0.0, 0)
    assert size(1.0, 0) > size(1.0, -3) > size(1.0, -6)
    slopes = line(carousel.state_drift(1.0, 0, "h(c) = c"), "slope of h").y
    np.testing.assert_array_equal(slopes, np.zeros(100))


def test_the_gates_figure_counts_the_recorded_trials():
    figure = carousel.gates_needed(1)
    some = [
        trial
        for trial in experiments.load("carousel")["trials"]
        if trial["experiment"] == "gates" and trial["cells"] == 1 and trial["gates"] == "both gates"
    ]
    assert len(some) == experiments.load("carousel")["settings"]["seeds"]
    share = 100 * np.mean([trial["updates"] is not None for trial in some])
    assert line(figure, "networks that solve it").y[-1] == pytest.approx(share)
    sign = 100 * np.mean([trial["sign"] for trial in some])
    assert line(figure, "right sign when asked").y[-1] == pytest.approx(sign)


@pytest.mark.parametrize("name", ["memory-cell", "learned-cell", "gates-needed", "state-drift"])
def test_every_state_has_the_traces_of_the_first(name):
    explorer = explorers.show(name)
    first = explorer.figure(**explorer.initial)
    for place, settings in enumerate(explorer.states()):
        if place % 37 == 0:
            assert len(explorer.figure(**settings).data) == len(first.data)
