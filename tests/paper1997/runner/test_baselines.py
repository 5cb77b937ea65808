"""What came before and after learns the same tasks under the same rules."""

import json
from itertools import pairwise

import numpy as np
import pytest

from lstm_lab.models import ElmanRNN
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.runner import baselines
from lstm_lab.sequences import draw

LAG = 3


def test_the_one_unit_net_has_the_paper_s_number_of_weights():
    for lag in (4, 10, 100):
        n = lag + 1
        assert (n + 1) + n * (n + 1) == spec.one_unit_net_weights(lag)


def f(z):
    return 1 / (1 + np.exp(-z))


def gradient_by_differences(unit, output, symbols):
    """Of half the squared error of a sequence, by central differences."""
    n = LAG + 1

    def loss(w):
        w_unit, w_output = w[: n + 1], w[n + 1 :].reshape(n, n + 1)
        h, total = 0.0, 0.0
        for shown, following in pairwise(symbols):
            h = f(w_unit[shown] + w_unit[n] * h)
            y = f(w_output[:, shown] + w_output[:, n] * h)
            total += ((np.eye(n)[following] - y) ** 2).sum() / 2
        return total

    w = np.concatenate([unit, output.ravel()])
    steps = 1e-6 * np.eye(len(w))
    return np.array([(loss(w + e) - loss(w - e)) / 2e-6 for e in steps])


@pytest.mark.parametrize("at_every_step", [True, False])
def test_one_sequence_follows_the_gradient(at_every_step):
    n, rate = LAG + 1, 1e-3
    rng = np.random.default_rng(4)
    unit, output = rng.normal(size=n + 1), rng.normal(size=(n, n + 1))
    symbols = np.zeros(n, dtype=np.int64)
    draw.long_lag(np.random.default_rng(8), LAG, False, symbols)
    expected = gradient_by_differences(unit, output, symbols)
    before = np.concatenate([unit, output.ravel()])
    learn_one = baselines.one_unit.py_func
    baselines_run = baselines.IN_A_ROW
    try:
        baselines.IN_A_ROW = 0  # one sequence, then stop
        learn_one(unit, output, LAG, rate, at_every_step, np.random.default_rng(8), 1)
    finally:
        baselines.IN_A_ROW = baselines_run
    moved = (before - np.concatenate([unit, output.ravel()])) / rate
    assert np.abs(moved - expected).max() < (1e-2 if at_every_step else 1e-6)


def test_the_forward_pass_is_that_of_the_elman_network():
    rng = np.random.default_rng(0)
    model = ElmanRNN(3, 1, rng=rng, activation="logistic")
    x = np.eye(3)[[0, 2, 1]]
    h, expected = 0.0, []
    for row in x:
        drive = model.parameters["input_weights"] @ row
        h = f(drive + model.parameters["recurrent_weights"][0, 0] * h)
        expected.append(h)
    assert np.allclose(model.forward(x).state[1:], expected)


def test_a_short_lag_is_learnt_and_a_long_one_is_not(tmp_path):
    short = baselines.Baseline("short", "RTRL", "2a", 10.0, 1, 1_000_000, lag=2)
    succeeded, sequences = baselines.one_trial(short, 0, 0, 1_000_000)
    assert succeeded
    assert 0 < sequences < 1_000_000
    long = baselines.Baseline("long", "BPTT", "2a", 1.0, 1, 200, lag=100)
    assert baselines.one_trial(long, 0, 0, 200) == (False, 200)


def test_results_are_kept_added_to_and_refused_when_edited(tmp_path):
    run = {"names": ["rtrl-4-1"], "cap": 50, "results": tmp_path}
    first = baselines.run(trials=1, **run)["rtrl-4-1"]
    both = baselines.run(trials=2, **run)["rtrl-4-1"]
    assert both[0] == first[0]
    assert [one.number for one in both] == [0, 1]
    assert baselines.read_all(tmp_path) == {"rtrl-4-1": (50, both)}
    with pytest.raises(ValueError, match="another folder"):
        baselines.run(trials=2, **run | {"cap": 60})
    path = tmp_path / "baselines" / "rtrl-4-1.json"
    content = json.loads(path.read_text())
    content["trials"][0]["succeeded"] = True
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="was changed"):
        baselines.read_all(tmp_path)


def test_the_weights_of_today_s_nets_are_torch_s():
    torch = pytest.importorskip("torch")
    one = baselines.BASELINES["adam-lstm-6a"]
    modules = [torch.nn.LSTM(8, one.hidden_size), torch.nn.Linear(one.hidden_size, 4)]
    counted = sum(p.numel() for module in modules for p in module.parameters())
    assert baselines.weight_count(one) == counted
    one = baselines.BASELINES["adam-rnn-4-1"]
    modules = [torch.nn.RNN(2, one.hidden_size), torch.nn.Linear(one.hidden_size, 1)]
    counted = sum(p.numel() for module in modules for p in module.parameters())
    assert baselines.weight_count(one) == counted


def test_today_s_nets_run_under_the_rule_of_their_row():
    pytest.importorskip("torch")
    for name in ("adam-lstm-6a", "adam-rnn-4-1", "adam-lstm-2c-1"):
        baseline = baselines.BASELINES[name]
        assert baselines.one_trial(baseline, 0, 0, 64) == (False, 64)


def test_every_baseline_is_of_one_piece():
    for one in baselines.BASELINES.values():
        assert one.method in baselines.METHODS
        assert one.row in spec.ROWS
        assert (one.lag > 0) == (one.method in ("RTRL", "BPTT"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"names": ["x"]}, "name must be one of"), ({"cap": 0}, "cap"), ({"trials": -1}, "trials")],
)
def test_bad_arguments_are_refused(tmp_path, changes, said):
    with pytest.raises(ValueError, match=said):
        baselines.run(**{"names": ["rtrl-4-1"], "results": tmp_path} | changes)
