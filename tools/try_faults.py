"""Put faults into the code, one after the other, and see whether a test finds each.

    python tools/try_faults.py                    all of tools/faults.toml
    python tools/try_faults.py --only packing     those whose names hold the word

Works in a copy of the repository; the book must be built for the faults of its pages. A fault whose tests fail before
it is put in proves nothing, so they are run without it first.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tools" / "faults.toml"
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "_build", "__pycache__", ".*_cache", ".hypothesis", "dist", "build"
)
SECONDS = 900


@dataclass(frozen=True)
class Fault:
    """What is put into which file, and the tests that should fail.

    Attributes:
        name: of the fault.
        file: the file, from the root of the repository.
        find: the text that it replaces; stands once in the file, unless `first`.
        replace: what stands there instead.
        tests: files of tests.
        options: further options of pytest.
        first: whether the first place is meant where there are several.
    """

    name: str
    file: str
    find: str
    replace: str
    tests: str
    options: str = ""
    first: bool = False

    @property
    def command(self) -> str:
        """Arguments of pytest."""
        return f"{self.tests} {self.options}".strip()

    def put_into(self, text: str) -> str:
        """The text with the fault.

        Raises:
            ValueError: if what it replaces is not there, or in several places.
        """
        count = text.count(self.find)
        if count == 0 or (count > 1 and not self.first):
            raise ValueError(f"{self.name}: {self.file} holds {self.find!r} {count} times")
        return text.replace(self.find, self.replace, 1)


def faults(file: Path = LIST) -> list[Fault]:
    """The faults of a list.

    Raises:
        TypeError: if one lacks a part or has one that is not known.
    """
    return [Fault(name, **one) for name, one in tomllib.loads(file.read_text("utf-8")).items()]


def stale(root: Path, wanted: list[Fault]) -> list[str]:
    """What is wrong with the list: a fault whose place is gone, or tests that are not there."""
    found = []
    for fault in wanted:
        file = root / fault.file
        if not file.is_file():
            if not fault.file.startswith("_build/"):
                found.append(f"{fault.name}: there is no {fault.file}")
            continue
        try:
            fault.put_into(file.read_text("utf-8"))
        except ValueError as error:
            found.append(str(error))
        found += [
            f"{fault.name}: there is no {test}"
            for test in fault.tests.split()
            if not (root / test).exists()
        ]
    return found


@contextmanager
def copied(root: Path) -> Iterator[Path]:
    """A copy of the repository and of its built book."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        copy = Path(folder) / "book"
        shutil.copytree(root, copy, ignore=NOT_COPIED, symlinks=True)
        for part in ("html", ".lab"):
            if (root / "_build" / part).is_dir():
                shutil.copytree(root / "_build" / part, copy / "_build" / part)
        yield copy


def run_tests(copy: Path, command: str) -> int:
    """The exit code of pytest in a copy."""
    path = os.pathsep.join(str(copy / part) for part in ("", "tools", "coursework/grader"))
    with tempfile.TemporaryDirectory() as compiled:
        environment = os.environ | {
            "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",  # two versions of a file may be of one second
            "NUMBA_CACHE_DIR": compiled,
            "LSTM_LAB_COMPILED": compiled,
            "OMP_NUM_THREADS": "1",
        }
        options = ["-x", "-q", "--no-header", "--weekly", "--hypothesis-profile=ci"]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *options, *shlex.split(command)],
                cwd=copy, env=environment, capture_output=True, text=True, timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 1  # it waits for ever, which pytest's own limit would end
    return done.returncode


def try_one(copy: Path, fault: Fault, quick: bool = False) -> str:
    """`caught`, or why not; `quick` trusts that the tests pass without the fault."""
    file = copy / fault.file
    if not file.is_file():
        return "the book is not built"
    whole = file.read_text("utf-8")
    try:
        faulty = fault.put_into(whole)
    except ValueError as error:
        return str(error)
    before = 0 if quick else run_tests(copy, fault.command)
    if before:
        return f"its tests fail without it (pytest says {before})"
    try:
        file.write_text(faulty, "utf-8")
        code = run_tests(copy, fault.command)
    finally:
        file.write_text(whole, "utf-8")
    return {0: "SURVIVED", 1: "caught"}.get(code, f"pytest could not run (it says {code})")


def main(arguments: list[str] | None = None) -> int:
    """Try the faults; 1 if one was not caught."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--only", default="", help="a word in the names of those to be tried")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at the same time")
    parser.add_argument(
        "--quick", action="store_true", help="not the tests without the fault first"
    )
    given = parser.parse_args(arguments)
    wanted = [fault for fault in faults() if re.search(given.only, fault.name)]
    if not wanted:
        print(f"No fault has a name with {given.only!r}.")
        return 2
    left = list(reversed(wanted))
    missed = []

    def work() -> None:
        with copied(ROOT) as copy:
            while left:
                fault = left.pop()
                began = time.monotonic()
                outcome = try_one(copy, fault, given.quick)
                if outcome != "caught":
                    missed.append(fault.name)
                took = time.monotonic() - began
                print(f"{outcome:10} {fault.name} ({fault.command}, {took:.0f} s)", flush=True)

    with ThreadPoolExecutor(given.jobs) as pool:
        for done in [pool.submit(work) for _ in range(min(given.jobs, len(wanted)))]:
            done.result()
    print(f"{len(wanted) - len(missed)} of {len(wanted)} faults were caught.")
    if missed:
        print(f"Not caught: {', '.join(sorted(missed))}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
