"""The measurements of chapter 09: the cells of the ablation, its tasks, and what ships."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.experiments import ablation, digits
from lstm_lab.measurements._variants import GRU, VariantLSTM
from lstm_lab.models import LSTM, Recurrent
from lstm_lab.sequences import adding, legal_next_symbols
from lstm_lab.twins import LSTMTwin

RNG = np.random.default_rng
VARIANTS = {
    "standard": {},
    "no forget gate": {"forget": "none"},
    "no input gate": {"input_gate": False},
    "no output gate": {"output_gate": False},
    "coupled": {"forget": "coupled"},
    "no squash": {"squash": False},
    "peepholes": {"peepholes": True},
    "all at once": {"forget": "coupled", "output_gate": False, "squash": False, "peepholes": True},
}


def random_weights(model: Recurrent, seed: int = 1) -> None:
    rng = RNG(seed)
    for weights in model.parameters.values():
        weights[...] = rng.normal(size=weights.shape)


def assert_gradients_are_finite_differences(model: Recurrent) -> None:
    """Every weight, every input and the initial state, at 1e-6 of the largest."""
    rng = RNG(2)
    x, start = rng.normal(size=(6, 2, model.input_size)), rng.normal(size=(2, model.state_size))
    wanted = rng.normal(size=(6, 2, model.state_size))

    def loss() -> float:
        return float((model.forward(x, start).state[1:] * wanted).sum())

    grads = model.backward(model.forward(x, start), wanted)
    assert set(grads.parameters) == set(model.parameters)
    pairs = [(model.parameters[name], grads.parameters[name]) for name in model.parameters]
    for array, gradient in [*pairs, (x, grads.x), (start, grads.state[0])]:
        for place in np.ndindex(array.shape):
            here = array[place]
            array[place] = here + 1e-6
            above = loss()
            array[place] = here - 1e-6
            slope = (above - loss()) / 2e-6
            array[place] = here
            assert slope == pytest.approx(gradient[place], abs=1e-6 * max(1, abs(gradient).max()))


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_the_gradient_of_a_variant_is_that_of_finite_differences(options: dict) -> None:
    model = VariantLSTM(2, 3, rng=RNG(0), **options)
    random_weights(model)
    assert_gradients_are_finite_differences(model)


def test_the_gradient_of_the_gru_is_that_of_finite_differences() -> None:
    model = GRU(2, 3, rng=RNG(0))
    random_weights(model)
    assert_gradients_are_finite_differences(model)


def test_the_variant_with_nothing_changed_is_the_lstm() -> None:
    plain, variant = LSTM(2, 3, rng=RNG(0)), VariantLSTM(2, 3, rng=RNG(0))
    x = RNG(1).normal(size=(8, 4, 2))
    np.testing.assert_allclose(variant.forward(x).state, plain.forward(x).state, atol=1e-14)


class VariantTwin(LSTMTwin):
    """The equations of `VariantLSTM` in torch, without a backward pass."""

    def step(self, x: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        model, before = self.model, self.parts(state)
        net = x @ self.get("input_weights").T + before["hidden"] @ self.get("recurrent_weights").T
        i, f, g, o = (net + self.get("bias")).chunk(4, dim=-1)
        holes = getattr(self, "peepholes", torch.zeros(3, model.hidden_size, dtype=torch.float64))
        i = torch.sigmoid(i + holes[0] * before["cell"])
        if not model.input_gate:
            i = torch.ones_like(i)
        f = {
            "gate": torch.sigmoid(f + holes[1] * before["cell"]),
            "none": torch.ones_like(f),
            "coupled": 1 - i,
        }[model.forget]
        c = f * before["cell"] + i * torch.tanh(g)
        o = torch.sigmoid(o + holes[2] * c) if model.output_gate else torch.ones_like(o)
        return torch.cat([o * (torch.tanh(c) if model.squash else c), c], dim=-1)


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_a_variant_is_its_equations_in_torch(options: dict) -> None:
    model = VariantLSTM(2, 3, rng=RNG(0), **options)
    random_weights(model)
    module = VariantTwin(model)
    x, wanted = RNG(3).normal(size=(7, 2)), RNG(4).normal(size=(7, 6))
    states = module(torch.tensor(x))
    np.testing.assert_allclose(model.forward(x).state, states.detach(), atol=1e-12)
    (states[1:] * torch.tensor(wanted)).sum().backward()
    grads = model.backward(model.forward(x), wanted)
    for name, weights in module.named_parameters():
        found = np.zeros(weights.shape) if weights.grad is None else weights.grad.numpy()
        np.testing.assert_allclose(grads.parameters[name], found, atol=1e-10)


def test_the_gru_is_torchs_own() -> None:
    model = GRU(2, 3, rng=RNG(0), update_bias=1.0)
    random_weights(model)
    layer = nn.GRU(2, 3, dtype=torch.float64)
    recalled = np.concatenate([np.zeros(6), model.parameters["recalled_bias"]])
    named = {
        "weight_ih_l0": model.parameters["input_weights"],
        "weight_hh_l0": model.parameters["recurrent_weights"],
        "bias_ih_l0": model.parameters["bias"],
        "bias_hh_l0": recalled,
    }
    layer.load_state_dict({name: torch.tensor(weights) for name, weights in named.items()})
    x, wanted = RNG(5).normal(size=(9, 4, 2)), RNG(6).normal(size=(9, 4, 3))
    hidden, _ = layer(torch.tensor(x))
    np.testing.assert_allclose(model.forward(x).state[1:], hidden.detach(), atol=1e-12)
    (hidden * torch.tensor(wanted)).sum().backward()
    grads = model.backward(model.forward(x), wanted)
    np.testing.assert_allclose(
        grads.parameters["recurrent_weights"], layer.weight_hh_l0.grad, atol=1e-10
    )
    np.testing.assert_allclose(
        grads.parameters["recalled_bias"], layer.bias_hh_l0.grad[6:], atol=1e-10
    )


def test_what_is_left_out_does_not_count_as_a_parameter() -> None:
    counts = {
        name: VariantLSTM(2, 3, rng=RNG(0), **options).parameter_count
        for name, options in VARIANTS.items()
    }
    gate = 3 * (2 + 3 + 1)
    assert counts["standard"] == 4 * gate
    assert counts["no forget gate"] == counts["coupled"] == counts["no input gate"] == 3 * gate
    assert counts["peepholes"] == 4 * gate + 3 * 3
    assert GRU(2, 3, rng=RNG(0)).parameter_count == 3 * gate + 3


def test_coupled_gates_start_with_the_forget_gate_that_was_asked_for() -> None:
    model = VariantLSTM(2, 3, rng=RNG(0), forget="coupled", forget_bias=2.0)
    for name in ("input_weights", "recurrent_weights"):
        model.parameters[name][...] = 0.0
    trace = model.forward(np.zeros((1, 2)))
    np.testing.assert_allclose(trace.forget_gate, 1 / (1 + np.exp(-2.0)))


# --- The tasks -------------------------------------------------------------------------------------------------------


def test_a_stream_is_made_of_whole_strings_and_cut() -> None:
    stream = ablation.reber_stream(RNG(3), 200)
    assert stream.x.shape == stream.target.shape == (200, 7)
    np.testing.assert_array_equal(stream.x[1:], stream.target[:-1])
    rest = "".join(stream.symbols)
    ends = [at + 3 for at in ablation.deciding(rest)]
    assert len(ends) > 10
    for start, end in zip([0, *ends], ends, strict=False):
        string = rest[start:end]
        assert legal_next_symbols(string).any()  # raises unless it is one whole string
        assert string[1] == string[-2]


def test_the_deciding_steps_are_followed_by_the_repeated_letter() -> None:
    symbols = ablation.reber_stream(RNG(4), 300).symbols
    for step in ablation.deciding(symbols):
        assert symbols[step] == symbols[step + 2] == "E"
        assert symbols[step + 1] in "TP"


def test_batches_hold_sequences_of_one_length_and_lose_none_of_a_length() -> None:
    batches = list(islice(ablation.by_length(adding(RNG(5), 30), 4), 10))
    lengths = {len(batch) for batch in batches}
    assert lengths <= {30, 31, 32, 33}
    assert len(lengths) > 1
    assert all(batch.x.shape[1:] == (4, 2) for batch in batches)
    first = next(one for one in adding(RNG(5), 30) if len(one) == len(batches[0]))
    np.testing.assert_array_equal(batches[0].x[:, 0], first.x)


def test_the_digits_are_split_once_and_read_row_by_row() -> None:
    (pixels, labels), (test, wanted) = digits.digits()
    assert pixels.shape == (64, 1297, 1)
    assert test.shape == (64, 500, 1)
    assert pixels.min() == 0
    assert pixels.max() == 1
    from sklearn.datasets import load_digits

    every = load_digits()
    together = np.concatenate([labels, wanted])
    np.testing.assert_array_equal(np.bincount(together), np.bincount(every.target))
    pictures = {(picture / 16).tobytes() for picture in every.images}
    assert test[:, 7, 0].reshape(8, 8).tobytes() in pictures
    for kind in range(10):
        assert (wanted == kind).sum() >= digits.DigitSettings().shown_per_class


def test_asking_at_the_end_or_at_every_pixel() -> None:
    (pixels, labels), _ = digits.digits()
    for asked, steps in zip(digits.ASKED, ([63], range(64)), strict=True):
        batch = next(digits.batches(RNG(6), pixels, labels, 8, asked))
        np.testing.assert_array_equal(np.flatnonzero(batch.error_mask), steps)
        np.testing.assert_array_equal(batch.target.sum(axis=(1, 2)) > 0, batch.error_mask)
    epoch = list(digits.batches(RNG(7), pixels, labels, 32))
    assert len(epoch) == 1297 // 32


# --- What ships ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings", "trials"),
    [
        ("digits", digits.DigitSettings(), 4 * 5 + 2 * 5),
        ("ablation", ablation.AblationSettings(), 2 * 11 * 5),
    ],
)
def test_what_ships_is_complete_and_made_with_the_settings_of_the_code(
    name: str, settings: digits.DigitSettings | ablation.AblationSettings, trials: int
) -> None:
    result = experiments.load(name)
    assert result["settings"] == json.loads(json.dumps(asdict(settings)))
    assert len(result["trials"]) == trials
    kinds = [
        tuple(trial.get(key) for key in ("task", "variant", "cell", "asked", "seed"))
        for trial in result["trials"]
    ]
    assert len(set(kinds)) == trials


@pytest.mark.parametrize(
    "key", [(0, 1, "at the end"), (2, 0, "at the end"), (2, 3, "at every pixel")]
)
def test_a_recorded_reader_begins_the_same_way_again(key: tuple[int, int, str]) -> None:
    settings = digits.DigitSettings()
    recorded = next(
        trial
        for trial in experiments.load("digits")["trials"]
        if (trial["cell"], trial["seed"], trial["asked"]) == (settings.cells[key[0]][0], *key[1:])
    )
    again = digits.digits_trial(replace(settings, epochs=1), key)
    assert again["accuracy"] == pytest.approx(recorded["accuracy"][:2], abs=0.01)
    assert again["profiles"][:2] == [
        pytest.approx(profile, abs=0.02) for profile in recorded["profiles"][:2]
    ]


def recorded_trial(task: str, variant: int, seed: int) -> dict:
    name = ablation.AblationSettings().variants[variant][0]
    return next(
        trial
        for trial in experiments.load("ablation")["trials"]
        if (trial["task"], trial["variant"], trial["seed"]) == (task, name, seed)
    )


@pytest.mark.parametrize("variant", [2, 3, 8, 10])
def test_a_recorded_network_begins_to_add_the_same_way_again(variant: int) -> None:
    settings = replace(ablation.AblationSettings(), adding_updates=100)
    again = ablation.ablation_trial(settings, ("adding", variant, 1))
    recorded = recorded_trial("adding", variant, 1)["errors"][:2]
    assert again["errors"] == pytest.approx(recorded, abs=0.005)


@pytest.mark.parametrize("variant", [1, 3, 9])
def test_a_recorded_network_begins_its_stream_the_same_way_again(variant: int) -> None:
    settings = replace(ablation.AblationSettings(), reber_updates=60)
    again = ablation.ablation_trial(settings, ("continual Reber", variant, 2))
    recorded = recorded_trial("continual Reber", variant, 2)
    assert np.mean(again["losses"][:10]) == pytest.approx(recorded["losses"][0], abs=0.002)
    assert again["state"][0] == pytest.approx(recorded["state"][0], abs=0.01)
