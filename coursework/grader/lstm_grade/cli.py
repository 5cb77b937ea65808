"""The command lstm-grade."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from . import release as releases
from . import sheets, source, text

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
ROOT = source.FOLDER.parent

Name = Annotated[str, typer.Argument(help="name of the assignment, such as perceptron")]
Term = Annotated[str | None, typer.Option(help="the term; or set LSTM_LAB_TERM")]
Overlay = Annotated[
    Path | None, typer.Option(help="folder of private assignments; or set LSTM_LAB_OVERLAY")
]
Out = Annotated[Path, typer.Option(help="folder to write to")]
Graded = Annotated[
    Path | None, typer.Option("--out", help="folder of the run (default: graded/NAME)")
]


@app.command("list")
def list_(overlay: Overlay = None, term: Term = None) -> None:
    """The assignments: title, points by tests and by hand, written questions, and where each comes from."""
    for name, folder in sorted(source.folders(overlay).items()):
        assignment = source.load(name, term, overlay)
        typer.echo(f"{name}: {assignment.settings['title']}")
        written = ", ".join(f"{c.name} ({c.points:g})" for c in assignment.of("written"))
        tests = len(assignment.of("test"))
        typer.echo(f"    {assignment.automatic:g} points by {tests} tests, {assignment.manual:g} by hand"
                   f"{f', written: {written}' if written else ''}")  # fmt: skip
        typer.echo(f"    {folder}")


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
    folder: Annotated[
        Path,
        typer.Argument(
            help="what was handed in: a folder of notebooks, zips, folders; or the class's zip"
        ),
    ],
    name: Name,
    out: Graded = None,
    term: Term = None,
    overlay: Overlay = None,
    roster: Annotated[
        Path | None,
        typer.Option(help="class list: ids and names, plain, or as Canvas or Moodle gives it"),
    ] = None,
    jobs: Annotated[int, typer.Option(help="processes; -1 is one for each core")] = -1,
    due: Annotated[
        str | None, typer.Option(help="2027-02-01T23:59+05:30; the minute or day named is included")
    ] = None,
    late_percent: Annotated[
        float | None, typer.Option(min=0, max=100, help="taken off for each day late")
    ] = None,
    free_days: Annotated[
        int | None, typer.Option(min=0, help="late days that cost nothing")
    ] = None,
    grace: Annotated[
        float | None, typer.Option(min=0, help="minutes that do not count (5)")
    ] = None,
    late_days: Annotated[
        Path | None, typer.Option(help="table: student, and days or submitted")
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="address of a Dask scheduler")] = None,
    no_box: bool = False,
    i_trust_these_submissions: bool = False,
) -> None:
    """Grade a folder. Started again, it goes on where it was, with the due date and class list it had.

    Exit code 3: somebody's hand-in needs a look; the last line says how many, problems.csv which.
    """
    from rich.progress import Progress

    from . import grade, late
    from . import roster as rosters
    from . import run as running

    if no_box != i_trust_these_submissions:
        raise running.RefusedError(
            "--no-box and --i-trust-these-submissions go together, or not at all"
        )
    sheet = grade.sheet(source.load(name, term, overlay))
    out = out or default_out(name)
    old = running.earlier(out, sheet)
    before = late.Policy(**old["policy"]) if old else None
    policy = late.policy(due, late_percent, free_days, grace, late_days, before)
    with Progress(transient=False) as bar:
        task = bar.add_task(f"grading {sheet.name}", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        done = running.carry_on(
            sheet,
            folder,
            out,
            jobs=jobs,
            boxed=not no_box,
            policy=policy,
            roster=rosters.read(roster) if roster else None,
            scheduler=scheduler,
            progress=progress,
        )
    report(done, out)


def report(done: Any, out: Path) -> None:
    """What came of a run, the most important last; exit code 3 if somebody has to look."""
    for each in done.said:
        typer.echo(text.line(each))
    absent = sum(entry.hand_in.absent for entry in done.entries)
    typer.echo(f"{out}/scores.csv, problems.csv, manual.csv, feedback/")
    failed = [
        e.hand_in.student
        for e in done.entries
        if e.graded is None or not (e.graded.tests or e.graded.error)
    ]
    if failed:
        typer.echo(f"NOT GRADED, start the run again: {text.line(', '.join(failed))}")
    nothing = f"; {absent} handed in nothing" if absent else ""
    aside = f"; {len(done.aside)} files set aside" if done.aside else ""
    typer.echo(
        f"{len(done.entries) - absent} submissions, {done.look} need a look (problems.csv){nothing}{aside}"
    )
    if done.look:
        raise typer.Exit(3)


@app.command()
def manual(
    name: Name,
    table: Annotated[Path, typer.Argument(help="manual.csv with points and comments")],
    out: Graded = None,
) -> None:
    """Read the marks of the written answers back, and write scores and feedback again."""
    from . import tables

    out = out or default_out(name)
    same_run(out, name)
    count, said = tables.read_manual(out, table)
    for each in said:
        typer.echo(each)
    typer.echo(f"{count} written answers are marked: {out}/scores.csv")


@app.command()
def override(
    name: Name,
    student: Annotated[str, typer.Argument(help="the student's id, or: all")],
    test: Annotated[str, typer.Argument(help="name of the test, as in scores.csv")],
    points: Annotated[float | None, typer.Option(help="what it gets")] = None,
    reason: Annotated[str, typer.Option(help="why; the student reads it")] = "",
    withdraw: Annotated[bool, typer.Option(help="take an earlier change back")] = False,
    out: Graded = None,
) -> None:
    """Change the points of one test by hand, with a reason. It stays when the run is repeated."""
    from . import tables

    if withdraw == (points is not None):
        raise ValueError("give either --points and --reason, or --withdraw")
    out = out or default_out(name)
    same_run(out, name)
    tables.override(out, student, test, points, reason)
    typer.echo(f"{out}/scores.csv")


@app.command()
def export(
    name: Name,
    system: Annotated[str, typer.Option("--for", help="canvas, moodle or gradescope")],
    file: Annotated[Path | None, typer.Option(help="the grade file that you downloaded")] = None,
    column: Annotated[
        str | None, typer.Option(help="the column of the marks: its exact title or Canvas's number")
    ] = None,
    key: Annotated[str | None, typer.Option(help="the column by which students are found")] = None,
    out: Graded = None,
) -> None:
    """Fill in the grade file of a learning system. Every other cell stays as it is, byte for byte."""
    from . import export as exports

    out = out or default_out(name)
    same_run(out, name)
    done = exports.export(out, system, file, column, key)
    for each in done.said:
        typer.echo(text.line(each))
    if done.not_in_file:
        typer.echo(f"graded, but not in the file: {text.line(', '.join(done.not_in_file))}")
    if done.not_in_run:
        typer.echo(f"in the file, but not graded: {text.line(', '.join(done.not_in_run))}")
    by = f" by the column {done.key!r}" if done.key else ""
    typer.echo(f"{done.path}: {done.filled} students{by}")


@app.command()
def pack(
    name: Name,
    system: Annotated[str, typer.Option("--for", help="canvas or moodle")],
    out: Graded = None,
) -> None:
    """Pack the feedback pages as Canvas or Moodle takes them back, with a list of who is who."""
    from . import packing

    out = out or default_out(name)
    same_run(out, name)
    path, left = packing.pack(out, system)
    if left:
        typer.echo(
            f"not packed, since they did not come from {system}: {text.line(', '.join(left))}"
        )
    typer.echo(f"{path}, and who is who: {out}/feedback/who.csv")


@app.command()
def bench(
    size: Annotated[int, typer.Option(min=10, help="how many submissions")] = 100,
    nbgrader_size: Annotated[
        int, typer.Option(min=0, help="how many nbgrader gets, 0 for none")
    ] = 100,
    jobs: Annotated[int, typer.Option(min=1, help="processes side by side")] = 2,
    file: Annotated[Path | None, typer.Option(help="write the figures there, as JSON")] = None,
) -> None:
    """Measure: 100 submissions, with killing ones among them too, and the same ones through plain nbgrader."""
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


def default_out(name: str) -> Path:
    """One folder for each assignment."""
    return Path("graded") / re.sub(r"^\d+-", "", name)


def same_run(out: Path, name: str) -> None:
    from . import store

    graded = store.note_of(out)["name"]
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
        typer.echo(f"lstm-grade: {text.line(str(error))}", err=True)
        raise SystemExit(1) from None
