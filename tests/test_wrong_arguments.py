"""Every public function refuses what it cannot use, and says which argument it was.

For each argument a strategy draws values of the wrong kind, shape or range; all other arguments are right. The message
must begin with the argument's name, so that a student who reads only the last line of a traceback knows where to look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators, seeds

from lstm_lab import gradients, sequences, training, twins
from lstm_lab.chapters.ch02.experiments import parity
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch05.experiments import xor_in_time
from lstm_lab.chapters.ch05.figures import gradient_cost
from lstm_lab.chapters.ch07.experiments import carousel
from lstm_lab.chapters.ch09.experiments import ablation
from lstm_lab.chapters.ch09.experiments import digits as reading
from lstm_lab.chapters.ch09.figures.ctc import frames
from lstm_lab.chapters.ch11.experiments import patience
from lstm_lab.models import (
    LSTM,
    LSTM1997,
    MLP,
    ElmanRNN,
    Perceptron,
    Readout,
    TruncatedElmanRNN,
    ctc,
    load_parameters,
    make,
    spectral_radius,
)
from lstm_lab.models.margin import Gap, widest_gap, with_one
from lstm_lab.paper1997.published import open_decisions, spec

RNG = np.random.default_rng

# --- Wrong values ----------------------------------------------------------------------------------------------------

not_finite = st.sampled_from([np.nan, np.inf, -np.inf])
no_number = st.none() | st.text(max_size=3) | st.booleans() | st.just([1]) | st.just(1j)
fractions = st.floats(0.1, 50).filter(lambda value: value != int(value))


def integers_below(least: int, *, none_is_right: bool = False) -> st.SearchStrategy[Any]:
    """No integer, or one below `least`."""
    wrong = st.integers(-(10**20), least - 1) | fractions | not_finite | no_number
    return wrong.filter(lambda value: value is not None) if none_is_right else wrong


def outside(low: float, high: float) -> st.SearchStrategy[Any]:
    """No integer, or one that is not in low..high."""
    return integers_below(int(low)) | st.integers(int(high) + 1)


no_count = integers_below(1)
no_seed = integers_below(0)
negative = st.floats(-1e300, -1e-9) | not_finite | no_number
not_positive = negative | st.just(0.0)
not_positive_or_none = not_positive.filter(lambda value: value is not None)
no_generator = seeds | st.none() | st.text(max_size=3) | seeds.map(np.random.RandomState)
no_truth = st.integers() | st.none() | st.text(max_size=4)
no_name = st.text(max_size=12) | st.integers() | st.none()  # no drawn text is a name of the book
no_function = st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
no_object = st.integers() | st.text(max_size=3) | st.none() | st.just(SimpleNamespace())


@st.composite
def arrays_unlike(draw: st.DrawFn, *shape: int | str) -> Any:
    """No array of finite numbers in that shape; a word in the shape stands for any length of 1 or more."""
    right = [draw(st.integers(1, 4)) if isinstance(length, str) else length for length in shape]
    fault = draw(st.sampled_from(["axes", "length", "not finite", "kind"]))
    if fault == "kind":
        return draw(st.sampled_from(["text", None, np.ones(right, bool), np.ones(right) * 1j]))
    if fault == "axes":
        return np.zeros((*right, 1, 1))
    fixed = [axis for axis, length in enumerate(shape) if not isinstance(length, str)]
    if fault == "length" and right:
        axis = draw(st.sampled_from(fixed or range(len(right))))
        right[axis] = right[axis] + draw(st.integers(1, 3)) if axis in fixed else 0
        return np.zeros(right)
    array = np.zeros(right)
    array[tuple(draw(st.integers(0, length - 1)) for length in right)] = draw(not_finite)
    return array


# --- What is called --------------------------------------------------------------------------------------------------


@dataclass
class Call:
    """A function, arguments with which it works, and wrong values for some of them.

    `says` is what a message begins with where it is not the argument; a `lazy` one is asked for its first result.
    """

    function: Callable[..., Any]
    right: dict[str, Any]
    wrong: dict[str, st.SearchStrategy[Any]]
    says: dict[str, str]
    lazy: bool = False

    def __call__(self, **changed: Any) -> Any:
        made = self.function(**self.right | changed)
        return next(made) if self.lazy else made


def call(
    function: Callable[..., Any],
    right: dict[str, Any],
    *,
    says: dict[str, str] | None = None,
    lazy: bool = False,
    **wrong: st.SearchStrategy[Any],
) -> Call:
    return Call(function, right, wrong, says or {}, lazy)


rng = RNG(0)
X = rng.normal(size=(4, 2))
LABELS = np.array([1.0, -1.0, 1.0, -1.0])
CELL = ElmanRNN(2, 3, rng=rng)
SHORT = TruncatedElmanRNN(2, 3, rng=rng, steps_back=1)
TRACE = CELL.forward(X)
LAYERS = MLP([2, 3, 1], rng=rng)
LAYERS_TRACE = LAYERS.forward(X)
READ = Readout(2, 1, rng=rng)
NETWORK = training.Network(ElmanRNN(1, 3, rng=rng), Readout(3, 1, rng=rng))
STARTS = {seed: training.fresh_network(2, 3, seed, 1.0) for seed in (0, 1)}
KNOWN = next(sequences.latch(rng, 4, batch=3))
UNIT = Gap(np.array([1.0, 0.0]), 0.5, 2.0)
recurrent = {
    "input_size": no_count,
    "hidden_size": no_count,
    "rng": no_generator,
    "recurrent_scale": negative,
    "input_weight_scale": negative,
    "uniform": negative.filter(lambda value: value is not None),
}
small_cell = {"input_size": 2, "hidden_size": 4, "rng": rng}
stream = {"rng": rng}

CALLS = [
    call(Perceptron, {"input_size": 2}, input_size=no_count, learning_rate=not_positive,
         margin=negative, bias=no_truth),
    call(Perceptron(2).activation, {}, x=arrays_unlike(2)),
    call(Perceptron(2).predict, {}, x=arrays_unlike("examples", 2)),
    call(Perceptron(2).correct, {"x": X[0], "label": 1}, x=arrays_unlike(2), label=arrays_unlike()),
    call(Perceptron(2).fit, {"x": X, "labels": LABELS}, x=arrays_unlike("examples", 2),
         labels=arrays_unlike(4) | st.just(2 * LABELS), max_epochs=no_count),
    call(Perceptron(2).distance, {"x": X, "labels": LABELS}, x=arrays_unlike("examples", 2),
         labels=arrays_unlike(4)),
    call(Perceptron(2).mistake_bound, {"x": X, "labels": LABELS}, x=arrays_unlike("examples", 2),
         labels=arrays_unlike(4)),
    call(with_one, {}, x=arrays_unlike("examples", "input_size")),
    call(widest_gap, {"x": X, "labels": LABELS}, x=arrays_unlike("examples", "input_size"),
         labels=arrays_unlike(4) | st.just(0 * LABELS), tolerance=not_positive),
    call(UNIT.bound, {}, learning_rate=not_positive,
         start=arrays_unlike(2).filter(lambda value: value is not None)),
    call(MLP, {"layer_sizes": [2, 1], "rng": rng}, rng=no_generator, activation=no_name,
         layer_sizes=st.integers() | st.text() | st.lists(no_count, min_size=1),
         weight_scale=negative, says={"layer_sizes": "(each of )?layer_sizes"}),
    call(LAYERS.forward, {}, x=arrays_unlike("examples", 2)),
    call(LAYERS.backward, {"trace": LAYERS_TRACE, "d_output": np.ones((4, 1))}, trace=no_object,
         d_output=arrays_unlike(4, 1)),
    call(Readout, {"input_size": 2, "output_size": 1, "rng": rng}, input_size=no_count,
         output_size=no_count, rng=no_generator, kind=no_name, weight_scale=negative),
    call(READ.forward, {}, x=arrays_unlike(2).filter(lambda x: np.shape(x) != (2, 1, 1))),
    call(READ.loss, {"trace": READ.forward(X), "target": np.ones((4, 1))}, trace=no_object,
         target=arrays_unlike(4, 1), weight=arrays_unlike(4).filter(lambda value: value is not None)),
    call(ElmanRNN, small_cell, activation=no_name, **recurrent),
    call(lambda **options: TruncatedElmanRNN(2, 3, rng=rng, **options), {}, steps_back=no_seed),
    call(LSTM, small_cell, **recurrent),
    call(LSTM1997, small_cell, block_size=no_count, gradient=no_name, g=no_name, h=no_name,
         output_gate=no_truth, recurrent=no_truth, **recurrent),
    call(make, {"cell": "LSTM 2000", **small_cell}, cell=no_name, **recurrent),
    call(CELL.forward, {"x": X}, x=arrays_unlike("T", 2),
         state=arrays_unlike(3).filter(lambda value: value is not None)),
    call(CELL.backward, {"trace": TRACE, "d_state": np.ones((4, 3))}, trace=no_object,
         d_state=arrays_unlike(4, 3)),
    call(SHORT.backward, {"trace": SHORT.forward(X), "d_state": np.ones((4, 3))}, trace=no_object,
         d_state=arrays_unlike(4, 3)),
    call(CELL.step_backward, {"trace": TRACE, "t": 1, "d_state": np.ones(3)}, trace=no_object,
         t=outside(1, 4)),
    call(spectral_radius, {}, matrix=arrays_unlike("n", "n") | st.just(np.ones((2, 3)))),
    call(load_parameters, {"model": CELL}, parameters=no_object.filter(lambda v: v is not None)
         | st.dictionaries(st.text(max_size=3) | st.integers(), st.integers(), max_size=3)),
    # sequences
    call(sequences.latch, {"rng": rng, "lag": 3}, rng=no_generator, lag=no_count,
         signal_steps=no_count, batch=integers_below(1, none_is_right=True), noise_std=negative),
    call(sequences.xor_in_time, stream, rng=no_generator, triples=no_count),
    call(sequences.embedded_reber, {}, rng=no_generator),
    call(sequences.long_lag, stream, rng=no_generator, lag=integers_below(2), random_middle=no_truth),
    call(sequences.distractors, stream, rng=no_generator, minimal_gap=no_count,
         distractor_count=no_count),
    call(sequences.two_classes, stream, rng=no_generator, minimal_length=no_count,
         signal_steps=outside(1, 100), noisy_signal=no_truth, targets=arrays_unlike(2),
         target_noise_std=negative, noise_std=negative),
    call(sequences.adding, stream, rng=no_generator, minimal_length=integers_below(22),
         first_pair=no_name),
    call(sequences.multiplication, stream, rng=no_generator, minimal_length=integers_below(22),
         first_pair=no_name),
    call(sequences.temporal_order, stream, rng=no_generator, relevant=outside(2, 3)),
    call(sequences.one_hot, {"symbols": np.arange(3), "alphabet_size": 3}, alphabet_size=no_count,
         symbols=st.lists(st.integers(-5, -1) | st.integers(3, 9), min_size=1)
         | st.lists(fractions, min_size=1) | st.text()),
    call(sequences.legal_next_symbols, {}, string=st.text(max_size=12) | st.integers() | st.none()
         | st.lists(st.integers(), min_size=1).map(tuple)),
    # gradients
    call(gradients.jacobian_norms, {"model": CELL, "trace": TRACE}, model=no_object, trace=no_object,
         of=no_name.filter(lambda v: v is not None), wrt=no_name.filter(lambda v: v is not None),
         lags=st.lists(outside(0, 4), min_size=1) | st.just([]) | st.integers() | st.text(),
         says={"lags": "(each of )?lags"}),
    call(gradients.loss_gradient_norms, {"model": CELL, "trace": TRACE, "d_state": np.ones(3)},
         model=no_object, trace=no_object, d_state=arrays_unlike(3)),
    call(gradients.cell_path_norms, {"model": CELL, "trace": TRACE}, model=no_object, trace=no_object),
    call(gradients.step_factors, {"model": CELL, "trace": TRACE}, model=no_object, trace=no_object),
    call(gradients.over_seeds, {"make_model": None, "make_input": None, "measure": None},
         seeds=no_count.filter(lambda v: not isinstance(v, list)) | st.lists(no_seed, min_size=1),
         says={"seeds": "(each of )?seeds"}),
    call(gradients.gradient_flow, {"cell": "tanh RNN", "sequence_length": 3, "hidden_size": 2, "seeds": 1},
         cell=no_name, sequence_length=no_count, hidden_size=no_count, recurrent_scale=negative,
         input_scale=negative, input_size=no_count),
    # training
    call(training.SGD, {}, learning_rate=not_positive),
    call(training.Adam, {}, learning_rate=not_positive, epsilon=not_positive,
         beta1=negative | st.floats(1, 5), beta2=negative | st.floats(1, 5)),
    call(training.clip_norm, {"gradients": {"w": np.ones(2)}}, threshold=not_positive),
    call(training.train, {"network": NETWORK, "stream": [], "optimiser": training.SGD(), "updates": 1},
         network=no_object, updates=no_count, clip=not_positive_or_none, stop=no_function,
         check_every=no_count),
    call(training.fresh_network, {"inputs": 2, "hidden_units": 2, "seed": 0, "uniform": 1.0},
         inputs=no_count, hidden_units=no_count, seed=no_seed, uniform=negative),
    call(training.logistic_network, {}, parameters=st.integers() | st.text() | st.none()
         | st.dictionaries(st.text(max_size=3) | st.integers(), st.integers(), max_size=3)),
    call(training.train_many, {"starts": STARTS, "x": X, "targets": np.ones(4), "updates": 2,
                               "learning_rate": 0.1},
         starts=no_object | st.just({}) | st.just({0: LAYERS})
         | st.just({**STARTS, 2: training.fresh_network(2, 2, 2, 1.0)}),
         x=arrays_unlike("examples", 2), targets=arrays_unlike(4) | st.just(np.full(4, 0.5)),
         updates=no_seed, learning_rate=not_positive, momentum=negative | st.floats(1.01, 9),
         loss=no_name, kept=st.lists(outside(0, 2), min_size=1),
         says={"starts": "(each of )?starts", "kept": "each of kept"}),
    # twins
    call(twins.twin, {}, model=no_object),
    call(twins.torch_layer, {}, model=no_object),
    # measurements
    call(parity.patterns, {}, bits=no_count),
    call(parity.parity, {}, bits=no_count),
    call(parity.products, {"x": parity.patterns(3), "order": 2}, order=outside(1, 3),
         x=arrays_unlike("examples", "n") | st.just(2 * parity.patterns(3))),
    call(parity.random_units, {"x": parity.patterns(3), "order": 2, "units": 2, "rng": rng},
         order=outside(1, 3), units=no_count, rng=no_generator, x=arrays_unlike("examples", "n")),
    call(windows.sentence, {"rng": rng, "distance": 5, "sense": "river"}, rng=no_generator,
         distance=integers_below(4), sense=no_name),
    call(windows.draw, {"rng": rng, "count": 3, "nearest": 5, "farthest": 6}, rng=no_generator,
         count=no_count, nearest=integers_below(4), farthest=integers_below(5)),
    call(windows.through_window, {"sentences": [["the"]], "window": 2}, window=no_count,
         sentences=st.text(min_size=1, max_size=2).map(lambda word: [[word + "?"]])),
    call(windows.running_sum, {}, sentences=st.text(max_size=2).map(lambda word: [[word + "?"]])),
    call(windows.shapes_before, {"values": np.arange(9.0), "window": 3, "ahead": 2, "months": np.arange(5, 9)},
         window=no_count, ahead=no_count, values=arrays_unlike("months"),
         months=st.lists(st.integers(-5, 3) | st.integers(9, 12), min_size=1),
         says={"months": "each of months"}),
    call(xor_in_time.batches, {"stream": sequences.xor_in_time(rng, 2), "size": 2}, size=no_count, lazy=True),
    call(sequences.by_length, {"stream": sequences.embedded_reber(rng), "batch": 2}, batch=no_count, lazy=True),
    call(ablation.reber_stream, {"rng": rng, "length": 5}, rng=no_generator, length=no_count),
    call(patience.batches, {"known": KNOWN, "size": 2, "rng": rng}, size=no_count, rng=no_generator, lazy=True),
    call(reading.batches, {"rng": rng, "pixels": np.ones((64, 4, 1)), "labels": np.arange(4), "batch": 2},
         rng=no_generator, batch=no_count, asked=no_name, lazy=True),
    *(call(task, {"rng": rng, "length": 12, "batch": 2}, rng=no_generator, length=integers_below(3), batch=no_count)
      for task in (carousel.store_and_tell, carousel.around_a_constant, carousel.one_sided,
                   carousel.product_of_two)),
    # figures that count, and the paper's
    call(gradient_cost.multiplications, {"method": "BPTT", "hidden_size": 2}, method=no_name,
         hidden_size=no_count, input_size=no_count),
    call(gradient_cost.numbers_kept, {"method": "RTRL", "hidden_size": 2, "sequence_length": 3},
         method=no_name, hidden_size=no_count, sequence_length=no_count, input_size=no_count),
    call(frames, {}, count=no_count),
    call(ctc.forward_table, {"y": np.ones((3, 3)), "label": "ab"}, y=arrays_unlike("T", 3),
         label=st.text("cdxyz-", max_size=4)),
    call(spec.row, {}, name=no_name, says={"name": "row"}),
    call(spec.one_unit_net_weights, {}, lag=no_count),
    call(spec.trial_generators, {"row": spec.row("4-1"), "seed": 0, "trial": 0}, seed=no_seed, trial=no_seed),
    call(spec.strings_generator, {"row": spec.row("1-1"), "seed": 0, "trial": 0}, seed=no_seed, trial=no_seed),
    call(open_decisions.Decisions, {}, update=no_name, output_slope=no_truth, first_pair=no_name,
         average_window=no_count, init=negative, check_every=no_count),
]  # fmt: skip


def name_of(one: Call) -> str:
    return getattr(one.function, "__qualname__", "").replace("<lambda>", "TruncatedElmanRNN")


EACH = [
    pytest.param(one, argument, id=f"{name_of(one)}-{argument}")
    for one in CALLS
    for argument in one.wrong
]


@pytest.mark.parametrize(("one", "argument"), EACH)
@settings(max_examples=12)
@given(data=st.data())
def test_a_wrong_argument_is_named(one: Call, argument: str, data: st.DataObject) -> None:
    wrong = data.draw(one.wrong[argument], label=argument)
    with pytest.raises(
        (TypeError, ValueError), match=rf"^{one.says.get(argument, argument)} must "
    ):
        one(**{argument: wrong})


COMPLETE = [pytest.param(one, id=name_of(one)) for one in CALLS if set(one.wrong) & set(one.right)]


@pytest.mark.parametrize("one", COMPLETE)
def test_the_other_arguments_are_right(one: Call) -> None:
    """Else a refusal above could be that of another argument."""
    nothing = one.function in (gradients.cell_path_norms, load_parameters)
    assert (one() is None) == nothing


@given(generators, st.integers(1, 5), st.sampled_from([np.nan, np.inf, -np.inf]))
def test_a_gradient_that_is_not_finite_is_named(
    rng: np.random.Generator, size: int, value: float
) -> None:
    gradient = rng.normal(size=size)
    gradient[rng.integers(size)] = value
    with pytest.raises(FloatingPointError, match="the gradient of V is not finite"):
        training.clip_norm({"W": np.ones(2), "V": gradient}, 1.0)
