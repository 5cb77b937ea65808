"""The tasks of the course as endless streams of sequences.

Each function checks its arguments at once and returns an iterator that never ends::

    for sequence in itertools.islice(adding(rng, 100), 2000):
        ...

"1997" below is Hochreiter & Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .. import _validate as check
from . import draw
from .reber import one_hot
from .sequence import Array, Sequence

FIRST_PAIR = ("neutral", "replaced", "marked")
ORDER_ALPHABET = "abcdEBXY"
ORDER_WINDOWS = {
    2: ((10, 20), (50, 60)),
    3: ((10, 20), (33, 43), (66, 76)),
}
# A string of a random walk or a run of distractors has no longest length. The odds that one
# outgrows this many extra symbols are below 1e-18; the draw then raises.
SPARE = 400


def latch(
    rng: np.random.Generator,
    lag: int,
    batch: int | None = None,
    noise_std: float = 0.2,
    signal_steps: int = 3,
) -> Iterator[Sequence]:
    """Remember one sign for `lag` steps.

    The input is the class, +1 or -1 with equal odds, for `signal_steps` steps, then Gaussian noise
    of mean 0 for `lag` steps. The target, at the last step only, is the class.

    Args:
        rng: where all randomness comes from.
        lag: steps between the last step of the signal and the step at which it is asked for.
        batch: sequences side by side; ``None`` for one sequence with no batch axis.
        noise_std: standard deviation of the noise, in units of the signal.
        signal_steps: for how many steps the signal is shown.

    Yields:
        Sequences of ``T = signal_steps + lag`` steps, one input, one output:
        ``x`` and ``target`` are ``(T, 1)``, or ``(T, batch, 1)``.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: the latching task of Bengio, Simard & Frasconi 1994, section II, with the noise of the
    two-sequence problem of 1997, section 5.3. Chapter 06.
    """
    check.generator("rng", rng)
    check.positive_integer("lag", lag)
    check.positive_integer("signal_steps", signal_steps)
    check.number_in("noise_std", noise_std, minimum=0.0)
    shape = (1,) if batch is None else (check.positive_integer("batch", batch), 1)

    def stream() -> Iterator[Sequence]:
        while True:
            kind = np.where(rng.random(shape) < 0.5, -1.0, 1.0)
            x = noise_std * rng.standard_normal((signal_steps + lag, *shape))
            x[:signal_steps] = kind
            yield _with_final_target(x, kind)

    return stream()


def xor_in_time(rng: np.random.Generator, triples: int = 1000) -> Iterator[Sequence]:
    """Bits in threes, two at random and then their exclusive or; predict the next bit.

    Only every third bit can be predicted, so the error of a net that has learnt dips once in three
    steps.

    Args:
        rng: where all randomness comes from.
        triples: how many threes stand in one sequence (1000 in the paper).

    Yields:
        Sequences of ``T = 3 triples - 1`` steps, ``x`` and ``target`` ``(T, 1)``: bit t and bit
        t + 1. The steps whose next bit can be predicted are ``1, 4, 7 ...`` counted from 0.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: Elman, "Finding structure in time", Cognitive Science 14 (1990), section "Exclusive-OR".
    Chapter 05.
    """
    check.generator("rng", rng)
    check.positive_integer("triples", triples)

    def stream() -> Iterator[Sequence]:
        while True:
            bits = rng.integers(0, 2, size=(triples, 3))
            bits[:, 2] = bits[:, 0] ^ bits[:, 1]
            line = bits.reshape(-1, 1).astype(np.float64)
            yield Sequence(line[:-1], line[1:], np.ones(len(line) - 1, dtype=bool))

    return stream()


def embedded_reber(rng: np.random.Generator) -> Iterator[Sequence]:
    """Experiment 1: predict the next symbol of an embedded Reber string.

    ``B (T reber T | P reber P) E``, each choice of the walk with odds 1/2. The last symbol but one
    repeats the second: that one has to be carried over the whole inner string.
    `legal_next_symbols` says what may follow at each step.

    Yields:
        Sequences of one step less than the string has symbols (at least 9): ``x`` and ``target``
        are ``(T, 7)``, one-hot over ``BTSXPVE``; ``symbols`` is the whole string.

    Raises:
        TypeError: if `rng` is no generator.

    Source: 1997, section 5.1 (after Cleeremans et al. 1989). Chapter 08.
    """
    check.generator("rng", rng)

    def stream() -> Iterator[Sequence]:
        buffer = np.empty(SPARE, dtype=np.int64)
        while True:
            string = buffer[: draw.embedded_reber(rng, buffer)]
            yield _next_symbol(string, draw.REBER_ALPHABET)

    return stream()


def long_lag(
    rng: np.random.Generator, lag: int = 100, random_middle: bool = False
) -> Iterator[Sequence]:
    """Experiments 2a and 2b: the first symbol comes back after `lag` steps.

    ``(y, a_1 ... a_(lag-1), y)`` or ``(x, a_1 ... a_(lag-1), x)`` with equal odds (2a); in 2b the
    middle is drawn at random from the same ``lag - 1`` symbols. Predict the next symbol.

    Args:
        rng: where all randomness comes from.
        lag: p in the paper, at least 2.
        random_middle: true for 2b.

    Yields:
        Sequences of ``T = lag`` steps, ``x`` and ``target`` ``(lag, lag + 1)``, one-hot over
        ``a1 ... a(lag-1) x y``.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.2. Chapter 08.
    """
    check.generator("rng", rng)
    check.integer_in("lag", lag, minimum=2)
    check.true_or_false("random_middle", random_middle)
    alphabet = (*(f"a{k}" for k in range(1, lag)), "x", "y")

    def stream() -> Iterator[Sequence]:
        symbols = np.empty(lag + 1, dtype=np.int64)
        while True:
            draw.long_lag(rng, lag, random_middle, symbols)
            yield _next_symbol(symbols, alphabet)

    return stream()


def distractors(
    rng: np.random.Generator, minimal_gap: int = 50, distractor_count: int = 50
) -> Iterator[Sequence]:
    """Experiment 2c: at e, say which of x and y stood second, whatever came between.

    ``(b, x | y, distractors, e, x | y)``: at least `minimal_gap` distractors, then each further
    element is one more with odds 9/10 and e with odds 1/10. The paper lets the indices of the
    distractors run to q; with p of them they must run to p.

    Args:
        rng: where all randomness comes from.
        minimal_gap: q in the paper.
        distractor_count: p in the paper, how many different distractors there are.

    Yields:
        Sequences of ``minimal_gap + 3`` steps or more, ``x`` ``(T, p + 4)``, one-hot over
        ``a1 ... ap e b x y``; ``target`` ``(T, 2)`` at the last step only, one-hot over ``x y``.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.2. Chapter 08.
    """
    check.generator("rng", rng)
    check.positive_integer("minimal_gap", minimal_gap)
    check.positive_integer("distractor_count", distractor_count)
    alphabet = (*(f"a{k}" for k in range(1, distractor_count + 1)), "e", "b", "x", "y")

    def stream() -> Iterator[Sequence]:
        buffer = np.empty(minimal_gap + 4 + SPARE, dtype=np.int64)
        while True:
            symbols = buffer[: draw.distractors(rng, distractor_count, minimal_gap, buffer)]
            kind = int(symbols[-1]) - distractor_count - 2
            yield _class_of_symbols(symbols[:-1], alphabet, kind, 2)

    return stream()


def two_classes(
    rng: np.random.Generator,
    minimal_length: int = 100,
    signal_steps: int = 3,
    noisy_signal: bool = False,
    targets: tuple[float, float] = (1.0, 0.0),
    target_noise_std: float = 0.0,
    noise_std: float = 0.2**0.5,
) -> Iterator[Sequence]:
    """Experiments 3a, 3b, 3c: noise and signal on one line.

    The first `signal_steps` inputs are +1 (class 1) or -1 (class 2), all others Gaussian noise.
    3b adds noise to the signal too; 3c aims at 0.2 and 0.8 and puts noise on the target.

    Args:
        rng: where all randomness comes from.
        minimal_length: T in the paper; lengths are uniform in [T, T + T/10].
        signal_steps: N in the paper.
        noisy_signal: true for 3b.
        targets: the targets of class 1 and class 2; ``(0.2, 0.8)`` in 3c.
        target_noise_std: standard deviation of the noise on the target; sqrt(0.1) in 3c.
        noise_std: standard deviation of the noise on the input; its square is 0.2 in the paper.

    Yields:
        Sequences with ``x`` and ``target`` ``(T, 1)``, the target at the last step only.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.3. Chapter 08.
    """
    check.generator("rng", rng)
    check.positive_integer("minimal_length", minimal_length)
    check.integer_in("signal_steps", signal_steps, minimum=1, maximum=minimal_length)
    check.true_or_false("noisy_signal", noisy_signal)
    of_class = check.finite_array("targets", targets, (2,))
    check.number_in("target_noise_std", target_noise_std, minimum=0.0)
    check.number_in("noise_std", noise_std, minimum=0.0)

    def stream() -> Iterator[Sequence]:
        buffer = _dense_buffer(minimal_length, 1)
        while True:
            length, kind = draw.two_classes(
                rng, minimal_length, signal_steps, noise_std, noisy_signal, buffer
            )
            clean = of_class[kind : kind + 1]
            noise = target_noise_std * rng.standard_normal() if target_noise_std else 0.0
            yield _with_final_target(buffer[:length].copy(), clean + noise, clean)

    return stream()


def adding(
    rng: np.random.Generator, minimal_length: int = 100, first_pair: str = "marked"
) -> Iterator[Sequence]:
    """Experiment 4: the sum of the two marked values, ``0.5 + (X1 + X2) / 4``.

    Each input is a value, uniform in [-1, 1], and a marker: 1 for the two pairs to be added, -1
    for the first and the last pair, else 0. One of the first ten pairs is marked, then another of
    the first ``minimal_length / 2 - 1``. Where the first pair is marked its value is set to 0.

    Args:
        rng: where all randomness comes from.
        minimal_length: T in the paper, at least 22; lengths are uniform in [T, T + T/10].
        first_pair: what the net sees when the first pair is marked, where "we set X1 to zero" may
            be read in three ways. "marked": its marker is 1 and its value 0, so that the two marked
            values still are what is to be added. "replaced": its value is 0, its marker stays -1.
            "neutral": value and marker stay, only the target takes it for 0.

    Yields:
        Sequences with ``x`` ``(T, 2)`` and ``target`` ``(T, 1)``, the target at the last step only.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.4. Chapter 08.
    """
    return _marked_pairs(rng, minimal_length, -1.0, False, first_pair)


def multiplication(
    rng: np.random.Generator, minimal_length: int = 100, first_pair: str = "marked"
) -> Iterator[Sequence]:
    """Experiment 5: the product ``X1 X2`` of the two marked values, uniform in [0, 1].

    As `adding`, with the product for the sum and 1 for 0 where the first pair is marked.

    Source: 1997, section 5.5. Chapter 08.
    """
    return _marked_pairs(rng, minimal_length, 0.0, True, first_pair)


def temporal_order(rng: np.random.Generator, relevant: int = 2) -> Iterator[Sequence]:
    """Experiments 6a and 6b: in which order did the X's and Y's come?

    A string of 100 to 110 symbols begins with E, ends with B and is filled with a, b, c, d, except
    for two (6a) or three (6b) places that hold X or Y. They stand at times 10-20 and 50-60, or
    10-20, 33-43 and 66-76. The class reads them as binary digits, X for 0.

    Args:
        rng: where all randomness comes from.
        relevant: 2 for 6a, 3 for 6b.

    Yields:
        Sequences with ``x`` ``(T, 8)``, one-hot over ``abcdEBXY``; ``target``
        ``(T, 2 ** relevant)``, one-hot over the classes, at the last step only.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.6. Chapter 08.
    """
    check.generator("rng", rng)
    check.integer_in("relevant", relevant, minimum=2, maximum=3)
    windows = np.array(ORDER_WINDOWS[relevant])

    def stream() -> Iterator[Sequence]:
        buffer = np.empty(110, dtype=np.int64)
        while True:
            length, kind = draw.temporal_order(rng, windows, buffer)
            yield _class_of_symbols(buffer[:length], ORDER_ALPHABET, kind, 2**relevant)

    return stream()


def _marked_pairs(
    rng: np.random.Generator, minimal_length: int, low: float, product: bool, first_pair: str
) -> Iterator[Sequence]:
    """The stream of `adding` (values from `low` = -1) or, with `product`, of `multiplication` (from 0)."""
    check.generator("rng", rng)
    check.integer_in("minimal_length", minimal_length, minimum=22)
    code = FIRST_PAIR.index(check.one_of("first_pair", first_pair, FIRST_PAIR))

    def stream() -> Iterator[Sequence]:
        buffer = _dense_buffer(minimal_length, 2)
        while True:
            length, target = draw.marked_pairs(rng, minimal_length, low, product, code, buffer)
            yield _with_final_target(buffer[:length].copy(), np.array([target]))

    return stream()


def _dense_buffer(minimal_length: int, input_size: int) -> Array:
    """Room for the longest sequence of experiments 3 to 5, T + T / 10 steps."""
    return np.empty((minimal_length + minimal_length // 10, input_size))


def _with_final_target(
    x: Array, final: Array, clean: Array | None = None, symbols: tuple[str, ...] = ()
) -> Sequence:
    """A sequence with a target at its last step only: `final`, whose value without noise is `clean`."""
    mask = np.zeros(len(x), dtype=bool)
    mask[-1] = True
    target = np.zeros((len(x), *final.shape))
    target[-1] = final
    if clean is None:
        return Sequence(x, target, mask, symbols=symbols)
    noise_free = np.zeros_like(target)
    noise_free[-1] = clean
    return Sequence(x, target, mask, noise_free, symbols)


def _next_symbol(string: np.ndarray, alphabet: tuple[str, ...] | str) -> Sequence:
    """A sequence whose target at each step is the next symbol."""
    x = one_hot(string, len(alphabet))
    mask = np.ones(len(x) - 1, dtype=bool)
    return Sequence(x[:-1], x[1:], mask, symbols=tuple(alphabet[k] for k in string))


def _class_of_symbols(
    symbols: np.ndarray, alphabet: tuple[str, ...] | str, kind: int, classes: int
) -> Sequence:
    """A sequence of symbols whose class is asked for at its last step."""
    x = one_hot(symbols, len(alphabet))
    names = tuple(alphabet[k] for k in symbols)
    return _with_final_target(x, one_hot(np.array([kind]), classes)[0], symbols=names)
