"""The command lstm-grade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import release as releases
from . import source

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
    text = releases.notebook_text(releases.student_notebook(assignment))
    out.mkdir(parents=True, exist_ok=True)
    name = assignment.name
    write(out / f"{name}.ipynb", text.encode())
    write(out / f"{name}.zip", releases.student_zip(assignment))
    if book:
        folder = ROOT / "chapters" / "assignments"
        folder.mkdir(exist_ok=True)
        write(folder / f"{name}.ipynb", text.encode())


@app.command()
def instructor(
    name: Name, out: Out = Path("teacher"), term: Term = None, overlay: Overlay = None
) -> None:
    """Write the notebook with solutions, hidden tests, model answers and marking notes."""
    assignment = source.load(name, term, overlay)
    out.mkdir(parents=True, exist_ok=True)
    text = releases.notebook_text(releases.instructor_notebook(assignment))
    write(out / f"{assignment.name}-instructor.ipynb", text.encode())


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    typer.echo(str(path))


def main() -> None:
    """Run the command; an error in a source or a folder is a sentence, not a traceback."""
    try:
        app()
    except (source.SourceError, OSError) as error:
        typer.echo(f"lstm-grade: {error}", err=True)
        raise SystemExit(1) from None
