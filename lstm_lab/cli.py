"""The command `lstm-lab`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Measure, and make the results that the book of From Perceptron to LSTM shows.",
    no_args_is_help=True,
    add_completion=False,
)


@app.command()
def bench(
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Run this figure alone; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one flat JSON object.")] = False,
) -> None:
    """Measure speed, size and memory, as ratios within one run where it can be done."""
    from lstm_lab import bench as benchmarks

    try:
        figures = benchmarks.run(only or [])
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--only") from error
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
def measure(
    name: Annotated[str, typer.Argument(help="What to measure: latch.")],
    jobs: Annotated[int, typer.Option(help="Trials at a time; -1 for one a core.")] = -1,
    results: Annotated[Path, typer.Option(help="Where the results are kept.")] = Path("results"),
) -> None:
    """Run an experiment of a chapter that is too long for its notebook; go on where it was left."""
    from importlib import import_module

    from lstm_lab import measurements

    known = measurements.experiments()
    if name not in known:
        raise typer.BadParameter(
            f"must be one of {', '.join(known)}, got {name!r}", param_hint="NAME"
        )
    typer.echo(import_module(f"lstm_lab.measurements.{name}").run(results, jobs))


def main() -> None:
    """Run the command line."""
    app()
