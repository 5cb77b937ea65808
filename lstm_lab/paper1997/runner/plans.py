"""Series of runs that were planned before the first of them was run, and are told as a whole.

A plan says its rows, decisions, seed and caps here, in a file that is committed before it is run;
what comes out stands in a folder of its own, all of it. So nobody, we included, can choose from it
afterwards. `lstm-lab reproduce --plan NAME` carries one out, and goes on where it was stopped.

Seed 1016 was used for nothing else: what earlier trials suggested is tested on other weights,
sequences and sets of strings, and each row has its own.

Source: Hochreiter & Schmidhuber 1997, sections 5.1 to 5.6. Chapter 08.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from ... import _validate as check
from ..published import spec
from ..published.open_decisions import AS, Decisions
from .records import RESULTS, Record
from .run import reproduce

SEED = 1016


@dataclass(frozen=True)
class Run:
    """One row under one set of decisions, at the paper's number of trials.

    Attributes:
        row: its name.
        decisions: on what the paper leaves open.
        cap: training sequences after which a trial has failed.
    """

    row: str
    decisions: Decisions
    cap: int


@dataclass(frozen=True)
class Plan:
    """Runs that belong together.

    Attributes:
        name: what the command and the folder in `results/1997` are called.
        question: what they are to answer.
        runs: all of them, in the order in which they are run.
        seed: of all random draws.
    """

    name: str
    question: str
    runs: tuple[Run, ...]
    seed: int = SEED


def _hidden_units() -> Plan:
    """Experiment 1 with ordinary hidden units: how many, feeding the blocks or not, and when weights change."""
    kinds = [(0, True), *product((4, 8, 3, 2), (True, False))]
    runs = [
        Run(
            row,
            Decisions(hidden_units=units, hidden_units_feed_blocks=feed, update=update),
            spec.row(row).cap,
        )
        for (units, feed), update in product(kinds, ("step", "late"))
        for row in ("1-5", "1-4", "1-3", "1-2", "1-1")
    ]
    return Plan(
        "hidden-units",
        "Does experiment 1 come out with ordinary hidden units beside the memory cells, how many does it "
        "take, must they feed the blocks, and does it matter when weights change?",
        tuple(runs),
    )


def _authors_program() -> Plan:
    """The rows that are cheap, as the authors' own program has them."""
    program = AS["authors-program"]
    caps = {
        f"2c-{n}": 20 * int(spec.row(f"2c-{n}").stages[-1].published.sequences) for n in range(1, 6)
    }
    cheap = "6a 3b-1 3c-1 3a-1 1-5 1-3 1-4 1-2 1-1 3a-2 4-1 2c-1 2c-2 2c-3 6b 5 2c-4 2c-5"
    return Plan(
        "authors-program",
        "What comes out of the cheap rows under every decision of the authors' own program?",
        tuple(Run(row, program, caps.get(row, spec.row(row).cap)) for row in cheap.split()),
    )


def _adding() -> Plan:
    """Row 4-1 around everything that is open: a full grid, and four single changes beside it."""
    grid = [
        Decisions(
            start_activation=start, output_bias=bias, first_pair=pair, output=output, stop=stop
        )
        for stop, output, start, bias, pair in product(
            ("both", "average"),
            ("logistic", "linear"),
            (0.0, 0.5),
            ("plain", "unit"),
            ("marked", "replaced", "neutral"),
        )
    ]
    single = [
        replace(Decisions(stop=stop), **change)
        for stop in ("both", "average")
        for change in (
            {"average_window": 100},
            {"average_window": 500},
            {"init": 0.05},
            {"init": 0.2},
        )
    ]
    return Plan(
        "grid-4-1",
        "Does any reading of what is open in the adding problem bring row 4-1 near the paper's 74,000?",
        tuple(Run("4-1", decisions, 500_000) for decisions in (*grid, *single)),
    )


PLANS = {plan.name: plan for plan in (_authors_program(), _hidden_units(), _adding())}


def folder(name: str, results: Path = RESULTS) -> Path:
    """Where the results of a plan stand."""
    return results / check.one_of("plan", name, PLANS)


def carry_out(
    name: str, jobs: int = 1, results: Path = RESULTS, scheduler: str | None = None
) -> list[Record]:
    """Run what a plan has left to run, in its order.

    Args:
        name: one of `PLANS`.
        jobs: processes side by side; -1 for one a core.
        results: the folder of the result files.
        scheduler: address of a Dask scheduler.

    Raises:
        TypeError, ValueError: on a name that is not known, and as `run.reproduce`.
    """
    where, plan = folder(name, Path(results)), PLANS[name]
    return [
        record
        for run in plan.runs
        for record in reproduce(
            [run.row],
            seed=plan.seed,
            jobs=jobs,
            cap=run.cap,
            scheduler=scheduler,
            results=where,
            decisions=run.decisions,
        )
    ]
