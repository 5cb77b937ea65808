"""What the boxes "Predict" of chapter 06 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab import gradients
from lstm_lab.chapters import experiments, explorers
from lstm_lab.chapters.ch06.figures import edge, gradient, latch, starts


def test_an_lstm_does_not_keep_its_gradient_by_name():
    def left(cell, **setting):
        flow = gradients.gradient_flow(
            cell,
            50,
            recurrent_scale=0.9,
            input_scale=1.0,
            seeds=gradient.SEEDS,
            lags=[50],
            **setting,
        )
        return flow.state.median[0]

    lstm, rnn = left("LSTM 2000", forget_bias=0.0), left("tanh RNN")
    assert_computed(
        "06", "by-name",
        {
            "It stays about level, as the name promises.": abs(lstm) < 1,
            "It falls about as fast as that of the tanh RNN.": lstm < -5 and abs(lstm - rnn) < abs(rnn) / 2,
            "It grows.": lstm > 1,
        },
    )  # fmt: skip


def test_the_slopes_lose_more_than_the_weights():
    explorer = explorers.show("where-it-is-lost")
    figure = explorer.figure(**explorer.initial)
    ends = {
        trace.name: trace.y[-1] for trace in figure.data if trace.name and trace.type == "scatter"
    }
    by_weights = ends["weights alone"]
    by_slopes = ends["weights and slopes"] - by_weights
    assert by_weights < 0
    assert by_slopes < 0
    assert_computed(
        "06", "weights-or-slopes",
        {
            "In the weights: the slope of tanh is about 1.": by_weights < 1.5 * by_slopes,
            "In both alike.": by_weights / 1.5 < by_slopes < 1.5 * by_weights,
            "In the slopes.": by_slopes < 1.5 * by_weights,
        },
    )  # fmt: skip


def test_one_lstm_lags_behind_the_rnn():
    def longest(cell):
        lags = experiments.load("latch")["settings"]["lags"]
        return max(
            (lag for lag in lags if latch.success_share(cell, "SGD", 0.2, lag) >= 0.5), default=0
        )

    rnn = longest("tanh RNN")
    assert_computed(
        "06", "which-lags-behind",
        {
            "The LSTM of 1997.": longest("LSTM 1997") < rnn,
            "The LSTM of 2000 with forget bias 0.": longest("LSTM 2000, forget bias 0") < rnn,
            "The LSTM of 2000 with forget bias 1.": longest("LSTM 2000, forget bias 1") < rnn,
        },
    )  # fmt: skip


def test_nearly_all_of_the_networks_before_and_after_learn_the_task():
    trials = [
        t for t in experiments.load("latch")["trials"]
        if (t["cell"], t["optimiser"], t["noise"], t["lag"]) == ("tanh RNN", "SGD", 0.2, 40)
    ]  # fmt: skip
    assert len(trials) == 10
    assert np.sum([t["updates"] is not None for t in trials]) >= 8


def test_input_moves_the_edge_of_chaos():
    radius = edge.edge(32)[edge.INPUTS.index(1.0)]
    assert_computed(
        "06",
        "where-the-edge-is",
        {
            "From 1, as without input.": radius < 1.1,
            "From about 1.2.": 1.1 < radius < 1.4,
            "From about 2 only.": 1.7 < radius < 2.4,
        },
    )


def test_an_orthogonal_start_is_no_help_under_input():
    lines = {
        trace.name: trace.y for trace in starts.better_starts(100, 1.0, 1.0).data if trace.name
    }
    turned, drawn = (lines[name][-1] for name in ("tanh RNN, orthogonal", "tanh RNN"))
    assert_computed(
        "06",
        "is-orthogonal-enough",
        {
            "The orthogonal one, which keeps nearly all of it.": turned > drawn and turned > -1,
            "The orthogonal one, but both lose nearly all of it.": drawn < turned < -5,
            "The one drawn at random.": drawn > turned,
        },
    )
