import json
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import assert_close, generators

from lstm_lab import gradients
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch07.experiments import before_1997 as before
from lstm_lab.chapters.ch07.figures import before_1997 as drawn
from lstm_lab.models import ElmanRNN, load_parameters

SMALL = before.BeforeSettings(
    random_shares=(0.0,), lags=(3,), seeds=1, hidden_size=4, delay=2, updates=20, check_every=10
)
few = settings(max_examples=20)


@st.composite
def forerunners(draw):
    units = draw(st.integers(1, 4))
    return before.Forerunner(
        draw(st.integers(1, 3)),
        units,
        rng=draw(generators),
        time_constants=draw(st.lists(st.floats(1, 20), min_size=units, max_size=units)),
        delay=draw(st.none() | st.integers(2, 4)),
    )


# --- Delays and time constants ---------------------------------------------------------------------------------------


@given(forerunners(), generators, st.integers(1, 6))
@few
def test_a_step_follows_the_equations(model, rng, length):
    x = rng.standard_normal((length, model.input_size))
    n, rate = model.hidden_size, 1 / (1 / model.rate)
    named, h = model.parameters, [np.zeros(n)] * 5
    for t, state in enumerate(model.forward(x).state[1:]):
        a = named["input_weights"] @ x[t] + named["recurrent_weights"] @ h[-1] + named["bias"]
        if "delayed_weights" in named:
            a += named["delayed_weights"] @ h[-model.delay]
        h.append((1 - rate) * h[-1] + rate * np.tanh(a))
        assert_close(state, np.concatenate(h[::-1][: model.delay]), 1e-12)


@given(forerunners(), generators, st.integers(1, 6))
@few
def test_its_gradient_is_a_central_difference(model, rng, length):
    x = rng.standard_normal((length, model.input_size))
    d = rng.standard_normal((length, model.state_size))
    ours = model.backward(model.forward(x), d)
    for name, weights in [*model.parameters.items(), ("x", x)]:
        slopes = np.zeros_like(weights)
        for at in np.ndindex(weights.shape):
            here, sums = weights[at], []
            for step in (1e-5, -1e-5):
                weights[at] = here + step
                sums.append((model.forward(x).state[1:] * d).sum())
            weights[at] = here
            slopes[at] = (sums[0] - sums[1]) / 2e-5
        theirs = ours.x if name == "x" else ours.parameters[name]
        assert np.abs(theirs - slopes).max() < 1e-6 * (1 + np.abs(slopes).max()), name


@given(generators, st.integers(1, 4), st.integers(1, 8))
@few
def test_without_delay_and_slowness_it_is_the_simple_recurrent_network(rng, units, length):
    plain = ElmanRNN(2, units, rng=rng)
    model = before.Forerunner(2, units, rng=rng)
    load_parameters(model, plain.parameters)
    x = rng.standard_normal((length, 3, 2))
    assert_close(model.forward(x).state, plain.forward(x).state, 1e-12)


def test_a_delay_shortens_the_way_back_and_slow_units_lengthen_what_arrives():
    def arrives(**remedy):
        model = before.Forerunner(1, 16, rng=np.random.default_rng(0), **remedy)
        trace = model.forward(np.random.default_rng(1).standard_normal((60, 1)))
        return gradients.jacobian_norms(model, trace, lags=[50])[0]

    assert arrives() + 1 < arrives(delay=10)
    assert arrives() + 1 < arrives(time_constants=10) < arrives(time_constants=100)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"delay": 1}, "delay must be"),
        ({"time_constants": 0.5}, "time_constants must be at least 1, got 0.5"),
        ({"time_constants": [1.0, 2.0]}, "time_constants must have shape"),
    ],
)
def test_what_no_forerunner_can_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        before.Forerunner(1, 3, rng=np.random.default_rng(0), **wrong)


# --- The task and the chunker ----------------------------------------------------------------------------------------


@given(generators, st.integers(2, 12), st.floats(0, 1), st.integers(1, 5))
@few
def test_a_string_ends_as_it_began_and_passes_the_time_between(rng, lag, share, batch):
    for string in islice(before.letters(rng, lag, share, batch), 2):
        assert string.shape == (lag + 1, batch)
        assert (string[0] == string[-1]).all()
        assert set(string[0]) <= {0, 1}
        between = string[1:-1]
        assert ((between >= before.CUES) & (between < len(before.ALPHABET))).all()
        in_turn = before.CUES + np.arange(lag - 1) % before.FILLERS
        if share == 0:
            assert (between == in_turn[:, np.newaxis]).all()


def test_the_share_of_letters_out_of_turn_is_what_was_asked_for():
    string = next(before.letters(np.random.default_rng(0), 101, 0.1, 500))
    in_turn = before.CUES + np.arange(100) % before.FILLERS
    out = (string[1:-1] != in_turn[:, np.newaxis]).mean()
    assert out == pytest.approx(0.1 * 3 / 4, abs=0.005)  # one draw in four is the letter in turn


@given(generators, st.integers(2, 8), st.integers(1, 4), st.floats(0, 1))
@few
def test_what_goes_up_keeps_its_order_and_nothing_else_does(rng, lag, batch, surprise):
    string = next(before.letters(rng, lag, 1.0, batch))
    chances = rng.dirichlet(np.ones(len(before.ALPHABET)), (lag, batch))
    goes_up = before.unexpected(string, chances, surprise)
    high, length = before.compressed(string, goes_up)
    for one in range(batch):
        wanted = [string[0, one]] + [
            string[t + 1, one] for t in range(lag) if chances[t, one, string[t + 1, one]] < surprise
        ]
        assert high[: length[one], one].tolist() == wanted
        assert (high[length[one] :, one] == 0).all()
    assert len(high) == length.max()


def test_the_chunker_spans_any_lag_when_what_lies_between_can_be_foreseen():
    """Both strings are the same to the upper network, once the lower one knows what comes in turn."""
    default = before.BeforeSettings()
    short, long = (before.before_trial(default, ("chunker", 0.0, lag, 0)) for lag in (10, 40))
    assert short["updates"] is not None
    assert long["updates"] is not None
    assert long["passed_up"] < 10


def test_a_learner_is_judged_by_chance_before_it_learns():
    learner = before._learner(SMALL, "tanh RNN", np.random.default_rng(0))
    string = next(before.letters(np.random.default_rng(1), 40, 1.0, 2000))
    assert np.mean(learner.answers(string) == string[-1]) == pytest.approx(0.5, abs=0.1)
    with pytest.raises(ValueError, match="approach must be one of"):
        before._learner(SMALL, "Ring", np.random.default_rng(0))


# --- What was measured -----------------------------------------------------------------------------------------------


def test_a_run_writes_each_approach_once(tmp_path):
    said = before.run(tmp_path, jobs=1, settings=SMALL)
    result = json.loads((tmp_path / "before_1997.json").read_text())
    assert [t["approach"] for t in result["trials"]] == list(before.APPROACHES)
    assert said.startswith("before_1997: ")


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result = experiments.load("before_1997")
    default = before.BeforeSettings()
    for name in ("random_shares", "lags", "seeds", "updates", "delay", "input_gate_bias"):
        assert result["settings"][name] == json.loads(json.dumps(getattr(default, name))), name
    kinds = {(t["approach"], t["random_share"], t["lag"], t["seed"]) for t in result["trials"]}
    assert len(kinds) == len(result["trials"])
    assert len(kinds) == len(before.APPROACHES) * 3 * len(default.lags) * default.seeds


@pytest.mark.parametrize(
    "key",
    [("chunker", 0.0, 30, 1), ("delays", 1.0, 10, 0), ("time constants 10", 0.0, 10, 2)],
)
def test_a_recorded_trial_comes_out_again(key):
    names = ("approach", "random_share", "lag", "seed")
    (recorded,) = drawn.trials(**dict(zip(names, key, strict=True)))
    again = before.before_trial(before.BeforeSettings(), key)
    assert again["updates"] == recorded["updates"]


def test_the_figure_draws_the_recorded_trials():
    figure = drawn.before_1997("all at random", 500)
    assert [trace.name for trace in figure.data] == list(before.APPROACHES) == list(drawn.STYLES)
    for trace in figure.data:
        for lag, percent in zip(before.BeforeSettings().lags, trace.y, strict=True):
            some = drawn.trials(approach=trace.name, random_share=1.0, lag=lag)
            early = [t for t in some if (t["updates"] or 10**9) <= 500]
            assert percent == 100 * len(early) / len(some)
    with pytest.raises(ValueError, match="between must be one of"):
        drawn.before_1997("nothing")


def test_a_chunker_whose_lower_network_expects_everything_has_nothing_to_pass_up():
    learner = before.Chunker(np.random.default_rng(0), before.BeforeSettings(surprise=0.0))
    string = next(before.letters(np.random.default_rng(1), 5, 1.0, 4))
    learner.learn(string)
    assert learner.passed_up(string) == 1
    assert learner.answers(string).shape == (4,)
