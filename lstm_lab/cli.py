"""The command `lstm-lab`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

RESULTS_1997 = Path("results/1997")

app = typer.Typer(
    help="Measure, and make the results that the book of From Perceptron to LSTM shows.",
    no_args_is_help=True,
    add_completion=False,
)


@contextmanager
def plain_errors(option: str | None = None) -> Iterator[None]:
    """Say in a line what is wrong with an argument, or with a disk or folder, and end."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"Error: {where}{error.strerror or error}", err=True)
        raise typer.Exit(1) from error


@app.command()
def bench(
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Run this figure alone; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one flat JSON object.")] = False,
) -> None:
    """Measure speed, size and memory, as ratios within one run where it can be done."""
    from lstm_lab import bench as benchmarks

    with plain_errors("--only"):
        figures = benchmarks.run(only or [])
    if as_json:
        typer.echo(json.dumps(figures))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", "value", "what it is")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}", benchmarks.MEANING[name])
    Console().print(table)


@app.command()
def reproduce(
    rows: Annotated[
        list[str] | None,
        typer.Argument(
            help="Rows of the 1997 tables, or other methods (rtrl-4-1, adam-lstm-6a, ...); "
            "none for a short sample."
        ),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(help="Trials a row; by default the paper's.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of all random draws.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processes side by side; -1 for one a core.")] = -1,
    cap: Annotated[int | None, typer.Option(help="Sequences after which a trial failed.")] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A decision on what the paper leaves open, away from its default; may be repeated.",
        ),
    ] = None,
    reading: Annotated[
        str,
        typer.Option(
            "--as",
            help="What --vary departs from: the paper, or authors-program, everything in which the "
            "authors' own program, as it survives, does otherwise.",
        ),
    ] = "paper",
    plan: Annotated[
        str | None,
        typer.Option(help="A series of runs that was planned as a whole; a wrong name lists them."),
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
    results: Annotated[
        Path | None,
        typer.Option(help="Where the results are kept.", show_default=str(RESULTS_1997)),
    ] = None,
) -> None:
    """Rerun experiments of the 1997 paper; go on where an earlier run was stopped."""
    from lstm_lab.paper1997.report import table_formats
    from lstm_lab.paper1997.runner import plans, run

    with plain_errors():
        if plan is not None:
            _alone(plan, rows, trials, cap, vary, reading)
            records = plans.carry_out(plan, jobs, results or RESULTS_1997, scheduler)
            others: list[str] = []
        elif rows:
            folder = results or RESULTS_1997
            records, others = run.rows_and_rivals(
                rows, trials, seed, jobs, cap, scheduler, folder, vary or [], reading
            )
        elif trials is not None or cap is not None or vary or reading != "paper":
            raise ValueError(
                "rows must be named where --trials, --cap, --vary or --as is given, got none"
            )
        else:
            records, others = run.sample(seed, jobs, results, scheduler=scheduler), []
    if records:
        typer.echo(table_formats.of_records(records))
    if others:
        typer.echo(table_formats.rivals_table("text", results or RESULTS_1997, others))


def _alone(plan: str, *others: object) -> None:
    """A plan settles rows, trials, caps and decisions; none of them may be given beside it."""
    if any(other not in (None, [], "paper") for other in others):
        raise ValueError(
            f"plan must be given without rows, --trials, --cap, --vary and --as, got {plan} with some"
        )


@app.command(name="table")
def show_table(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown.")] = False,
    results: Annotated[
        Path | None,
        typer.Option(
            help="Where the results are kept.",
            exists=True,
            file_okay=False,
            show_default=f"{RESULTS_1997}, or where there is none the results that come with the package",
        ),
    ] = None,
) -> None:
    """Print the paper's tables beside what was measured here, other methods and variants too."""
    from lstm_lab.paper1997.report import table_formats
    from lstm_lab.paper1997.runner.records import RESULTS

    folder = results or (RESULTS_1997 if RESULTS_1997.is_dir() else RESULTS)
    form = "json" if as_json else "markdown" if as_markdown else "text"
    with plain_errors("--results"):
        typer.echo(table_formats.everything(form, folder))


@app.command()
def report(
    results: Annotated[
        Path, typer.Option(help="Where the results are kept.", exists=True, file_okay=False)
    ] = RESULTS_1997,
) -> None:
    """Write the report of the reproduction, REPORT.md, from the results on record."""
    from lstm_lab.paper1997.report import reproduction_report

    with plain_errors("--results"):
        typer.echo(reproduction_report.write(results))


@app.command()
def measure(
    name: Annotated[str, typer.Argument(help="What to measure; a wrong name lists what there is.")],
    jobs: Annotated[int, typer.Option(help="Trials at a time; -1 for one a core.")] = -1,
    results: Annotated[Path, typer.Option(help="Where the results are kept.")] = Path("results"),
) -> None:
    """Run an experiment of a chapter that is too long for its notebook; go on where it was left."""
    from lstm_lab.chapters import experiments

    known = experiments.experiments()
    if name not in known:
        raise typer.BadParameter(
            f"must be one of {', '.join(known)}, got {name!r}", param_hint="NAME"
        )
    with plain_errors():
        typer.echo(experiments.module(name).run(results, jobs))


@app.command()
def verify(
    chapter: Annotated[
        str | None, typer.Argument(help="Its number or name; without one, every chapter.")
    ] = None,
    book: Annotated[
        str, typer.Option(help="The folder of a built book, or the address of a published one.")
    ] = "_build/html",
) -> None:
    """Run the chapters' cells on this machine and compare every printed number with the book's."""
    from lstm_lab import verify as verification

    with plain_errors():
        record = verification.read_record(book)
        names = verification.chapters_of(record, chapter)
    here, there = verification.versions(), record["versions"]
    for what, version in here.items():
        told = "as in the book" if there.get(what) == version else f"the book: {there.get(what)}"
        typer.echo(f"{what} {version} ({told})")
    good = True
    for name in names:
        part = record["chapters"][name]
        verdicts = list(verification.verify(part["cells"], part["numbers"]))
        counts = Counter(verdict.verdict for verdict in verdicts)
        said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        typer.echo(f"{name}: {said or 'it has no numbers'}")
        for verdict in verdicts:
            if verdict.verdict in (verification.DIFFERENT, verification.MISSING):
                good = False
                typer.echo(f"  {verdict}")
    if not good:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    app()
