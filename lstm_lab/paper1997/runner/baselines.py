"""What came before 1997 and what came after, under the same task and the same stopping rule.

Before: table 2's recurrent net, one self-recurrent logistic unit with shortcuts around it, trained
by RTRL (Williams & Zipser 1989) with an update at every step, or by BPTT with one a sequence.
After: `torch.nn.LSTM`, and for comparison `torch.nn.RNN`, with Adam at its default rate or ten
times that, batches of 32 and 32 units. A sequence is judged before it is learnt, as in 1997;
symbols are learnt with the logistic cross entropy, values with the squared error of a linear
output.

Where the paper ran five million sequences, our caps are lower, and stand in the table.

Source: Hochreiter & Schmidhuber 1997, section 5.2 and table 2. Chapter 08.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ... import _validate as check
from ... import sequences as tasks
from ...sequences import draw
from ..engine.caching import compiled
from ..engine.sampling import register_draws
from ..published import schema, spec
from . import records
from .trial_group import first_met

Array = NDArray[np.float64]

register_draws()

METHODS = ("RTRL", "BPTT", "LSTM + Adam", "RNN + Adam")
IN_A_ROW, TOLERANCE = 10_000, 0.25


@dataclass(frozen=True)
class Baseline:
    """One competitor at one task.

    Attributes:
        name: what the command calls it.
        method: one of `METHODS`.
        row: the row of `spec.ROWS` whose task and stopping rule it has.
        learning_rate: its step size.
        trials: how many.
        cap: training sequences after which a trial has failed.
        lag: p of task 2a, for RTRL and BPTT.
        hidden_size, batch: of the nets of today.
    """

    name: str
    method: str
    row: str
    learning_rate: float
    trials: int
    cap: int
    lag: int = 0
    hidden_size: int = 32
    batch: int = 32


def _one_unit(method: str, lag: int, rate: float, trials: int, cap: int) -> Baseline:
    return Baseline(f"{method.lower()}-{lag}-{rate:g}", method, "2a", rate, trials, cap, lag=lag)


BASELINES: dict[str, Baseline] = {
    one.name: one
    for one in (
        _one_unit("RTRL", 4, 1.0, 18, 5_000_000),
        _one_unit("RTRL", 4, 4.0, 18, 5_000_000),
        _one_unit("RTRL", 4, 10.0, 18, 5_000_000),
        _one_unit("RTRL", 10, 1.0, 4, 5_000_000),
        _one_unit("RTRL", 10, 10.0, 4, 5_000_000),
        _one_unit("RTRL", 100, 1.0, 2, 50_000),
        _one_unit("BPTT", 100, 1.0, 2, 50_000),
        Baseline("adam-lstm-6a", "LSTM + Adam", "6a", 1e-3, 4, 200_000),
        Baseline("adam-lstm-6a-0.01", "LSTM + Adam", "6a", 1e-2, 4, 200_000),
        Baseline("adam-rnn-6a", "RNN + Adam", "6a", 1e-3, 2, 200_000),
        Baseline("adam-lstm-4-1", "LSTM + Adam", "4-1", 1e-3, 4, 400_000),
        Baseline("adam-lstm-4-1-0.01", "LSTM + Adam", "4-1", 1e-2, 4, 400_000),
        Baseline("adam-rnn-4-1", "RNN + Adam", "4-1", 1e-3, 2, 400_000),
        Baseline("adam-lstm-2c-1", "LSTM + Adam", "2c-1", 1e-3, 4, 200_000),
    )
}


@dataclass(frozen=True)
class Outcome:
    """One trial: whether it succeeded, sequences to success (or run in vain), and seconds."""

    number: int
    succeeded: bool
    sequences: int
    seconds: float


def run(
    names: Sequence[str] | None = None,
    trials: int | None = None,
    seed: int = 0,
    cap: int | None = None,
    results: Path = records.RESULTS,
) -> dict[str, list[Outcome]]:
    """Run baselines and keep what comes out; trials that are on record are not run again.

    Args:
        names: of `BASELINES`; all of them for ``None``.
        trials: how many of each; its own number for ``None``.
        seed: of all random draws.
        cap: training sequences after which a trial has failed; its own for ``None``.
        results: the folder of the result files; baselines have a folder in it.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range, or on a result file
            that is damaged, edited, or of another seed or cap.
    """
    check.integer_in("seed", seed, minimum=0)
    out = {}
    for name in BASELINES if names is None else names:
        baseline = BASELINES[check.one_of("name", name, BASELINES)]
        limit = baseline.cap if cap is None else check.positive_integer("cap", cap)
        wanted = baseline.trials if trials is None else check.positive_integer("trials", trials)
        path = results / "baselines" / f"{name}.json"
        done = _read(path, baseline, seed, limit) if path.exists() else []
        for number in range(len(done), wanted):
            began = time.perf_counter()
            succeeded, sequences = one_trial(baseline, seed, number, limit)
            spent = round(time.perf_counter() - began, 3)
            done.append(Outcome(number, succeeded, sequences, spent))
            _write(path, baseline, seed, limit, done)
        out[name] = done
    return out


def read_all(results: Path = records.RESULTS) -> dict[str, tuple[int, list[Outcome]]]:
    """The caps and outcomes on record, by name.

    Raises:
        ValueError: for a file that is damaged, edited or of another version.
    """
    out = {}
    for name, baseline in BASELINES.items():
        path = results / "baselines" / f"{name}.json"
        if path.exists():
            content = records.read_checked(path)
            done = _read(path, baseline, content.get("seed"), content.get("cap"))
            out[name] = (content["cap"], done)
    return out


def weight_count(baseline: Baseline) -> int:
    """How many weights it has; PyTorch's recurrent layers have two biases for each unit."""
    if baseline.lag:
        return spec.one_unit_net_weights(baseline.lag)
    net, hidden = spec.row(baseline.row).net, baseline.hidden_size
    per_unit = 4 if baseline.method == "LSTM + Adam" else 1
    return per_unit * hidden * (net.inputs + hidden + 2) + net.outputs * (hidden + 1)


def one_trial(baseline: Baseline, seed: int, number: int, cap: int) -> tuple[bool, int]:
    """Whether a trial succeeds within the cap, and after how many sequences."""
    row = spec.row(baseline.row)
    if baseline.lag:
        weights_rng, training, _ = spec.trial_generators(row, seed, number)
        symbols = baseline.lag + 1
        unit = weights_rng.uniform(-0.2, 0.2, symbols + 1)
        output = weights_rng.uniform(-0.2, 0.2, (symbols, symbols + 1))
        learnt = one_unit(
            unit,
            output,
            baseline.lag,
            baseline.learning_rate,
            baseline.method == "RTRL",
            training,
            cap,
        )
        return learnt < cap, int(learnt)
    return _today(baseline, row, seed, number, cap)


@compiled
def one_unit(
    unit: Array,
    output: Array,
    lag: int,
    rate: float,
    at_every_step: bool,
    rng: np.random.Generator,
    cap: int,
) -> int:
    """Task 2a with one self-recurrent unit: sequences learnt before 10,000 in a row were right.

    The unit sees n = lag + 1 symbols and itself; each of the n outputs sees the symbols and the
    unit. Its derivatives by its n + 1 weights are carried forward (RTRL), which for one unit is the
    full gradient: d h(t) / d w_m = f'(net) (u_m + w_self d h(t-1) / d w_m).

    Args:
        unit: ``(n + 1,)``, weights from the symbols and from itself; changed in place.
        output: ``(n, n + 1)``, from the symbols and the unit; changed in place.
        lag: p.
        rate: learning rate.
        at_every_step: update at every step (RTRL); else at the end of a sequence, with the
            derivatives at fixed weights (the gradient that BPTT finds).
        rng: where sequences come from.
        cap: sequences after which the trial has failed.

    Returns:
        Sequences before the flawless run; `cap` for a failure.
    """
    n = lag + 1
    symbols = np.zeros(n, dtype=np.int64)
    slope, d_unit = np.zeros(n + 1), np.zeros(n + 1)
    d_output = np.zeros((n, n + 1))
    run = 0
    for sequence in range(cap + IN_A_ROW):
        if sequence - run >= cap:
            return cap
        draw.long_lag(rng, lag, False, symbols)
        h, right = 0.0, True
        slope[:] = 0.0
        if not at_every_step:
            d_unit[:], d_output[:] = 0.0, 0.0
        for t in range(lag):
            shown, following = symbols[t], symbols[t + 1]
            before = h
            h = 1.0 / (1.0 + np.exp(-(unit[shown] + unit[n] * before)))
            f_slope = h * (1.0 - h)
            w_self = unit[n]
            for m in range(n + 1):
                slope[m] *= f_slope * w_self
            slope[shown] += f_slope
            slope[n] += f_slope * before
            back = 0.0
            for k in range(n):
                y = 1.0 / (1.0 + np.exp(-(output[k, shown] + output[k, n] * h)))
                error = (1.0 if k == following else 0.0) - y
                right = right and abs(error) < TOLERANCE
                e = error * y * (1.0 - y)
                back += output[k, n] * e
                if at_every_step:
                    output[k, shown] += rate * e
                    output[k, n] += rate * e * h
                else:
                    d_output[k, shown] += e
                    d_output[k, n] += e * h
            if at_every_step:
                for m in range(n + 1):
                    unit[m] += rate * back * slope[m]
            else:
                for m in range(n + 1):
                    d_unit[m] += back * slope[m]
        if not at_every_step:
            unit += rate * d_unit
            output += rate * d_output
        run = run + 1 if right else 0
        if run == IN_A_ROW:
            return sequence + 1 - IN_A_ROW
    return cap


def _stream(row: schema.Row, rng: np.random.Generator) -> Iterator[tasks.Sequence]:
    """The public generator of a row's task."""
    whole = row.task.whole
    if row.task.name == "distractors":
        return tasks.distractors(rng, whole[1], whole[0])
    if row.task.name == "marked_pairs":
        task = tasks.multiplication if whole[1] else tasks.adding
        return task(rng, whole[0])
    if row.task.name == "temporal_order":
        return tasks.temporal_order(rng, len(whole) // 2)
    raise ValueError(f"row must have its error at the end only, got {row.name}")


def _today(
    baseline: Baseline, row: schema.Row, seed: int, number: int, cap: int
) -> tuple[bool, int]:
    """A trial of `torch.nn.LSTM` or `torch.nn.RNN` with Adam, on one thread."""
    import torch

    torch.set_num_threads(1)
    weights_rng, training, _ = spec.trial_generators(row, seed, number)
    layer = torch.nn.LSTM if baseline.method == "LSTM + Adam" else torch.nn.RNN
    with torch.random.fork_rng():
        torch.manual_seed(int(weights_rng.integers(2**31)))
        net = layer(row.net.inputs, baseline.hidden_size)
        readout = torch.nn.Linear(baseline.hidden_size, row.net.outputs)
    optimiser = torch.optim.Adam([*net.parameters(), *readout.parameters()], baseline.learning_rate)
    is_value = row.net.outputs == 1
    rule = row.stages[-1].rule
    assert isinstance(rule, schema.Recent)
    stream = _stream(row, training)
    wrong, error = np.zeros(0, dtype=bool), np.zeros(0)
    for done in range(0, cap + rule.window, baseline.batch):
        batch = list(islice(stream, baseline.batch))
        x = torch.zeros(max(map(len, batch)), len(batch), row.net.inputs)
        for n, sequence in enumerate(batch):
            x[: len(sequence), n] = torch.from_numpy(sequence.x)
        last = torch.tensor([len(sequence) - 1 for sequence in batch])
        target = torch.tensor(np.array([s.target[-1] for s in batch]), dtype=torch.float32)
        y, _ = net(x)
        out = readout(y[last, torch.arange(len(batch))])
        if is_value:
            loss, judged = (out - target).square().mean() / 2, out
        else:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(out, target)
            judged = torch.sigmoid(out)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        distance = (judged.detach() - target).abs().numpy()
        wrong = np.append(wrong, ~(distance.max(axis=1) < row.tolerance))[-2 * rule.window :]
        error = np.append(error, distance.mean(axis=1))[-2 * rule.window :]
        at = first_met(rule, wrong, error, len(batch))
        if at is not None:
            count = done + at + 1
            return True, count - rule.window if rule.counted_from == "start" else count
        if done + len(batch) >= cap and wrong[-1]:
            break
    return False, cap


def _write(path: Path, baseline: Baseline, seed: int, cap: int, done: list[Outcome]) -> None:
    content: dict[str, Any] = {
        "format": records.FORMAT,
        "baseline": asdict(baseline),
        "seed": seed,
        "cap": cap,
        "versions": records.versions(),
        "trials": [asdict(one) for one in done],
    }
    if not baseline.lag:
        import torch

        content["versions"]["torch"] = torch.__version__
    content["checksum"] = records.checksum(content)
    records.write_whole(path, (json.dumps(content, indent=1) + "\n").encode())


def _read(path: Path, baseline: Baseline, seed: Any, cap: Any) -> list[Outcome]:
    content = records.read_checked(path)
    try:
        name = content["baseline"]["name"]
        there = (content["baseline"]["learning_rate"], content["seed"], content["cap"])
        check.positive_integer("cap", content["cap"])
        check.integer_in("seed", content["seed"], minimum=0)
        done = [Outcome(**one) for one in check.of_kind("trials", content["trials"], list)]
        for one in done:
            check.true_or_false("succeeded", one.succeeded)
            check.integer_in("sequences", one.sequences, minimum=0)
            check.number_in("seconds", one.seconds, minimum=0)
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(
            f"{path.name} is no record of this version ({problem}); {records.ADVICE}"
        ) from None
    if name != baseline.name:
        raise ValueError(f"{path.name} holds {name}: give it its name back, or delete it")
    if there != (baseline.learning_rate, seed, cap):
        raise ValueError(
            f"{path.name} holds trials with learning rate, seed and cap {there}, asked for were "
            f"{(baseline.learning_rate, seed, cap)}; give another folder or delete it"
        )
    return done
