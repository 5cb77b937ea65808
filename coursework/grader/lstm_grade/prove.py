"""Does an assignment hold what it promises? Reference, blank, mutants, other right answers, and secrets that stay in.

`prove` grades pseudo-students through the same box and tests as real ones.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import random
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import joblib

from . import grade, release, source
from .intake import HandIn
from .source import Assignment, SourceError

REGION = re.compile(
    r"^([ \t]*)#+ BEGIN (SOLUTION|HIDDEN TESTS)[ \t]*\n(.*?)^[ \t]*#+ END \2[ \t]*$", re.M | re.S
)
SECRET_CELL = re.compile(r"(^```\{code-cell\}[^\n]*\n:secret:[^\n]*\n\n)(.*?)(^```)", re.M | re.S)
SECRET_TEXT = re.compile(
    r"(^\+\+\+ \{\"(?:written|marking)\".*?\}\n)(.*?)(?=^\+\+\+|^```\{code-cell\}|\Z)", re.M | re.S
)
FINGERPRINT = 12
PARTS = 4
KEPT = 0.8  # of the points, at most, for the answers of another term


@dataclass(frozen=True)
class Finding:
    """One promise, whether it holds, and if not, what happened."""

    what: str
    holds: bool
    why: str = ""


@dataclass(frozen=True)
class Pseudo:
    """A made-up submission and the tests that it must fail."""

    name: str
    content: bytes
    loses: frozenset[str]


def submission(
    assignment: Assignment, bodies: dict[str, str], released: str | None = None
) -> bytes:
    """The released notebook with these answers in it. `released` saves making it again."""
    text = released or release.notebook_text(release.student_notebook(assignment))
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in bodies:
            cell["source"] = bodies[name]
    return json.dumps(notebook).encode()


def reference(assignment: Assignment) -> dict[str, str]:
    """The solutions of the source, without their marks."""
    marks = re.compile(r"^\s*#+ (BEGIN|END) SOLUTION\s*$\n?", re.M)
    answers = {cell.name: marks.sub("", cell.source) for cell in assignment.of("answer")}
    return answers | {cell.name: cell.source for cell in assignment.of("written")}


def bodies(assignment: Assignment, path: Path) -> tuple[dict[str, str], frozenset[str]]:
    """The answers of a file of mutants/ or accept/, and the tests that it says it loses."""
    text = source.fill(path.read_text("utf-8"), assignment.values, path.name)
    first = text.partition("\n")[0]
    loses = frozenset(
        first.removeprefix("# loses:").split() if first.startswith("# loses:") else ()
    )
    parts = re.split(r"^# %% (\S+)\s*$\n?", text, flags=re.M)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    unknown = set(found) - {cell.name for cell in assignment.of("answer")}
    unknown |= loses - {cell.name for cell in assignment.of("test")}
    if unknown or not found:
        raise SourceError(f"{path.name}: unknown names {sorted(unknown)}, or no `# %% answer`")
    return found, loses


def pseudos(assignment: Assignment) -> list[Pseudo]:
    """Everyone who is graded for the proof."""
    right = reference(assignment)
    blank = release.notebook_text(release.student_notebook(assignment))
    every = frozenset(cell.name for cell in assignment.of("test"))
    made = [
        Pseudo("reference", submission(assignment, right, blank), frozenset()),
        Pseudo("blank", submission(assignment, {}, blank), every),
    ]
    for folder in ("mutants", "accept"):
        for path in sorted((assignment.folder / folder).glob("*.py")):
            changed, loses = bodies(assignment, path)
            if bool(loses) != (folder == "mutants"):
                raise SourceError(
                    f"{path.name}: a mutant begins with `# loses:`, an accept does not"
                )
            made.append(
                Pseudo(
                    f"{folder}/{path.stem}", submission(assignment, right | changed, blank), loses
                )
            )
    return made


def prove(assignment: Assignment, jobs: int = -1, boxed: bool = True) -> list[Finding]:
    """Grade the pseudo-students and compare releases; every finding should hold."""
    sheet = grade.sheet(assignment)
    everyone = pseudos(assignment)
    parts = [everyone[i::PARTS] for i in range(PARTS)]
    graded = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(grade.grade_trusted)(
            sheet, [HandIn(p.name, p.name, p.content) for p in part], boxed
        )
        for part in parts
    )
    by_name = {g.student: g for part in graded for g in part}
    found = [_judge(p, by_name[p.name]) for p in everyone]
    untested = {cell.name for cell in assignment.of("test")}
    untested -= {name for p in everyone[2:] for name in p.loses}
    found.append(
        Finding("every test has a mutant that fails it", not untested, str(sorted(untested)))
    )
    found.append(scrambled_release_is_the_same(assignment))
    leaks = find_leaks(assignment, released(assignment))
    found.append(Finding("no secret line in the release", not leaks, "; ".join(leaks)))
    return found


def _judge(pseudo: Pseudo, graded: grade.Graded) -> Finding:
    lost = {test.name for test in graded.tests if not test.right}
    more, fewer = sorted(lost - pseudo.loses), sorted(pseudo.loses - lost)
    says = {test.name: test.message for test in graded.tests}
    why = [f"also lost {name}: {says[name]}" for name in more] + [
        f"did not lose {n}" for n in fewer
    ]
    silent = [name for name in lost if not says[name]]
    why += [f"no reason given for {name}" for name in silent]
    return Finding(f"{pseudo.name} loses {len(pseudo.loses)} tests", not why, "; ".join(why))


def released(assignment: Assignment) -> dict[str, bytes]:
    """What students get, by file name."""
    text = release.notebook_text(release.student_notebook(assignment))
    return {
        f"{assignment.name}.ipynb": text.encode(),
        f"{assignment.name}.zip": release.student_zip(assignment),
    }


def scramble(text: str, rng: random.Random) -> str:
    """A source with every solution, hidden test, secret, model answer and marking note replaced by random text."""

    def word() -> str:
        return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=14))

    def region(match: re.Match[str]) -> str:
        indent, what = match[1], match[2]
        lines = [f'{indent}{word()} = "{word()}"' for _ in range(rng.randrange(1, 5))]
        return "\n".join([f"{indent}### BEGIN {what}", *lines, f"{indent}### END {what}"])

    text = SECRET_CELL.sub(lambda m: f'{m[1]}{word()} = "{word()}"\n{m[3]}', text)
    text = SECRET_TEXT.sub(lambda m: f"{m[1]}\n{word()} {word()}.\n\n{word()}\n\n", text)
    return REGION.sub(region, text)


def scrambled_copy(assignment: Assignment, folder: Path, seed: int = 0) -> Assignment:
    """The assignment made from a scrambled source, which is written to `folder`."""
    there = folder / assignment.folder.name
    there.mkdir()
    for path in assignment.folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            (there / path.relative_to(assignment.folder)).parent.mkdir(parents=True, exist_ok=True)
            (there / path.relative_to(assignment.folder)).write_bytes(path.read_bytes())
    name = f"{assignment.folder.name}.md"
    text = (there / name).read_text("utf-8")
    (there / name).write_text(scramble(text, random.Random(seed)), "utf-8")
    return source.read(there, assignment.name, assignment.term)


def scrambled_release_is_the_same(assignment: Assignment) -> Finding:
    """The proof that a release does not depend on what is secret."""
    with tempfile.TemporaryDirectory() as folder:
        other = scrambled_copy(assignment, Path(folder), seed=int.from_bytes(os.urandom(4)))
        secret = {cell.source for cell in assignment.of("answer", "written", "secret", "marking")}
        kept = secret & {cell.source for cell in other.cells}
        same = released(assignment) == released(other)
    why = f"not scrambled: {sorted(kept)}" if kept else "" if same else "the releases differ"
    return Finding("the release does not depend on the secrets", not why, why)


def secret_lines(assignment: Assignment) -> set[str]:
    """The lines that nobody but teachers should see, squashed: those of the source that the release does not have."""
    public = "".join(squash(cell.source) for cell in release.student_notebook(assignment).cells)
    lines = set()
    for cell in assignment.cells:
        if cell.kind not in ("text", "plain", "shared"):
            lines |= {squash(line) for line in cell.source.splitlines()}
    return {line for line in lines if len(line) >= FINGERPRINT and line not in public}


def squash(text: str) -> str:
    return re.sub(r"\s+", "", text)


def views(content: bytes, name: str) -> Iterator[str]:
    """A file as text in the ways in which a line could stand in it."""
    if name.endswith((".zip", ".whl")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from views(archive.read(member), member)
        return
    text = content.decode("utf-8", "ignore")
    yield squash(text)
    if name.endswith((".html", ".htm")):
        yield squash(html.unescape(re.sub(r"<[^>]*>", "", text)))
    if name.endswith((".ipynb", ".json", ".js")):
        yield squash(re.sub(r'\\n",?\s*"?', "", text).replace('\\"', '"').replace("\\\\", "\\"))


def find_leaks(assignment: Assignment, files: dict[str, bytes]) -> list[str]:
    """Where a secret line stands: "file: line"."""
    lines = secret_lines(assignment)
    found = []
    for name, content in files.items():
        for text in views(content, name):
            found += [f"{name}: {line}" for line in lines if line in text]
    return sorted(set(found))


def other_terms_fail(assignment: Assignment, terms: list[str], jobs: int = -1) -> dict[str, float]:
    """The points that the reference answers of this term get in other terms."""
    notebook = json.loads(submission(assignment, reference(assignment)))
    del notebook["metadata"]["lstm_lab"]["term"]  # as one would hand it in who hopes
    content = json.dumps(notebook).encode()
    sheets = [grade.sheet(source.read(assignment.folder, assignment.name, term)) for term in terms]
    graded = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(grade.grade)(sheet, HandIn(term, term, content))
        for sheet, term in zip(sheets, terms, strict=True)
    )
    return {term: result.points for term, result in zip(terms, graded, strict=True)}


def last_answers_fail(assignment: Assignment, last: str) -> Finding:
    """Whether the right answers of an earlier term lose enough of the points in this one."""
    old = source.read(assignment.folder, assignment.name, last)
    points = other_terms_fail(old, [assignment.term])[assignment.term]
    kept = f"the answers of the term {last!r} get {points:g} of {assignment.automatic:g} points"
    why = f"more than {KEPT:.0%}: write the term another way, say with a letter behind it"
    return Finding(kept, points <= KEPT * assignment.automatic, why)


def digest(files: dict[str, bytes]) -> str:
    """One SHA-256 of files and their names."""
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(name.encode() + b"\0" + content)
    return total.hexdigest()
