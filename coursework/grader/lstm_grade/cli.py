"""The command lstm-grade."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from . import release as releases
from . import sheets, source
from .intake import parse_time

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
ROOT = source.FOLDER.parent

Name = Annotated[str, typer.Argument(help="name of the assignment, such as perceptron")]
Term = Annotated[str | None, typer.Option(help="the term; or set LSTM_LAB_TERM")]
Overlay = Annotated[
    Path | None, typer.Option(help="folder of private assignments; or set LSTM_LAB_OVERLAY")
]
Out = Annotated[Path, typer.Option(help="folder to write to")]


@app.command("list")
def list_(overlay: Overlay = None) -> None:
    """The assignments and where each comes from."""
    for name, folder in sorted(source.folders(overlay).items()):
        typer.echo(f"{name:20} {folder}")


@app.command()
def release(
    name: Name,
    out: Out = Path("handout"),
    term: Term = None,
    overlay: Overlay = None,
    book: bool = False,
) -> None:
    """Write the student notebook and zip; with --book, the notebook that the book shows too."""
    assignment = source.load(name, term, overlay)
    if book and assignment.folder.parent != source.FOLDER:
        raise ValueError(
            f"{assignment.folder} is not one of the public assignments: --book would publish it"
        )
    text = releases.notebook_text(releases.student_notebook(assignment))
    packed = releases.student_zip(assignment)
    name = assignment.name
    write(out / f"{name}.ipynb", text.encode())
    write(out / f"{name}.zip", packed)
    if book:
        folder = ROOT / "chapters" / "assignments"
        write(folder / f"{name}.ipynb", text.encode())


@app.command()
def instructor(
    name: Name, out: Out = Path("teacher"), term: Term = None, overlay: Overlay = None
) -> None:
    """Write the notebook with solutions, hidden tests, model answers and marking notes."""
    assignment = source.load(name, term, overlay)
    text = releases.notebook_text(releases.instructor_notebook(assignment))
    write(out / f"{assignment.name}-instructor.ipynb", text.encode())


@app.command()
def check(
    name: Name,
    term: Term = None,
    last: Annotated[
        list[str] | None, typer.Option(help="an earlier term, whose answers must fail; repeatable")
    ] = None,
    overlay: Overlay = None,
    jobs: int = -1,
) -> None:
    """Prove an assignment: reference, blank, mutants, other right answers, secrets, earlier terms."""
    from . import prove

    assignment = source.load(name, term, overlay)
    findings = prove.prove(assignment, jobs)
    findings += [prove.last_answers_fail(assignment, each) for each in last or []]
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.holds else 'FAIL'} {finding.what}")
        if finding.why and not finding.holds:
            typer.echo(f"     {finding.why}")
    if not all(finding.holds for finding in findings):
        raise typer.Exit(1)


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="what was handed in: notebooks, zips, folders")],
    name: Name,
    out: Out = Path("graded"),
    term: Term = None,
    overlay: Overlay = None,
    jobs: Annotated[int, typer.Option(help="processes; -1 is one for each core")] = -1,
    due: Annotated[str | None, typer.Option(help="2027-02-01T23:59+05:30")] = None,
    late_percent: Annotated[
        float, typer.Option(min=0, max=100, help="taken off for each day late")
    ] = 0.0,
    free_days: Annotated[int, typer.Option(min=0, help="late days that cost nothing")] = 0,
    late_days: Annotated[Path | None, typer.Option(help="table: student, days")] = None,
    scheduler: Annotated[str | None, typer.Option(help="address of a Dask scheduler")] = None,
    no_box: bool = False,
    i_trust_these_submissions: bool = False,
) -> None:
    """Grade a folder. Started again, it goes on where it was."""
    from rich.progress import Progress

    from . import grade, late
    from . import run as running

    if no_box != i_trust_these_submissions:
        raise running.Refused("--no-box and --i-trust-these-submissions go together, or not at all")
    policy = late.Policy(
        due=parse_time(due) if due else None,
        percent=late_percent,
        free_days=free_days,
        days=late.read_days(late_days) if late_days else {},
    )
    sheet = grade.sheet(source.load(name, term, overlay))
    with Progress(transient=False) as bar:
        task = bar.add_task(f"grading {sheet.name}", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        entries = running.run(
            sheet,
            folder,
            out,
            jobs=jobs,
            boxed=not no_box,
            policy=policy,
            scheduler=scheduler,
            progress=progress,
        )
    problems = sum(bool(entry.graded and entry.graded.problems) for entry in entries)
    typer.echo(f"{len(entries)} submissions, {problems} with something noticed: {out}/scores.csv, "
               f"problems.csv, manual.csv, feedback/")  # fmt: skip
    failed = [e.hand_in.student for e in entries if e.graded is None or not e.graded.tests]
    if failed:
        typer.echo(f"NOT GRADED, start the run again: {', '.join(failed)}", err=True)
        raise typer.Exit(3)


@app.command()
def manual(
    name: Name,
    table: Annotated[Path, typer.Argument(help="manual.csv with points and comments")],
    out: Out = Path("graded"),
) -> None:
    """Read the marks of the written answers back, and write scores and feedback again."""
    from . import run as running

    same_run(out, name)
    typer.echo(f"{running.read_manual(out, table)} written answers are marked: {out}/scores.csv")


@app.command()
def export(
    name: Name,
    system: Annotated[str, typer.Option("--for", help="canvas, moodle or gradescope")],
    file: Annotated[Path | None, typer.Option(help="the grade file that you downloaded")] = None,
    column: Annotated[str | None, typer.Option(help="title of the column (Canvas)")] = None,
    out: Out = Path("graded"),
) -> None:
    """Fill in the grade file of a learning system."""
    from . import export as exports

    same_run(out, name)
    path, missing = exports.export(out, system, file, column)
    typer.echo(str(path))
    if missing:
        typer.echo(f"not in the file: {', '.join(missing)}", err=True)


@app.command()
def bench(
    size: Annotated[int, typer.Option(min=1, help="how many submissions")] = 100,
    nbgrader_size: Annotated[
        int, typer.Option(min=0, help="how many nbgrader gets, 0 for none")
    ] = 100,
    jobs: Annotated[int, typer.Option(min=1, help="processes side by side")] = 2,
    file: Annotated[Path | None, typer.Option(help="write the figures there, as JSON")] = None,
) -> None:
    """Measure: 100 submissions, and the same ones through plain nbgrader."""
    from . import bench as benches

    figures = benches.grade_100_s(size, nbgrader_size or None, jobs)
    for name, value in figures.items():
        typer.echo(f"{name:28} {value}")
    if file is not None:
        write(file, (json.dumps(figures, indent=1) + "\n").encode())
    for trouble in benches.broken(figures):
        typer.echo(f"NOT AS IT SHOULD BE: {trouble}", err=True)
    if benches.broken(figures):
        raise typer.Exit(1)


def same_run(out: Path, name: str) -> None:
    from . import run as running

    graded = running.note_of(out)["name"]
    if graded != re.sub(r"^\d+-", "", name):
        raise ValueError(f"{out} holds a run of {graded!r}, not of {name!r}")


def write(path: Path, content: bytes) -> None:
    sheets.replace_bytes(path, content)
    typer.echo(str(path))


def main() -> None:
    """Run the command; an error in a source or a folder is a sentence, not a traceback."""
    try:
        app()
    except (ValueError, OSError, RuntimeError, OverflowError) as error:
        typer.echo(f"lstm-grade: {' '.join(str(error).split())}", err=True)
        raise SystemExit(1) from None
