"""The box in which a student's code runs: bubblewrap, a fresh folder, no network, another user, limits.

`Box` holds one worker process and speaks JSON lines with it. `probes` tries to break out, and the grader refuses to
start if anything succeeds.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

import lstm_lab

from . import memory, packages, seccomp, wire

HERE = Path(__file__).resolve().parent
LIBRARY = Path(lstm_lab.__file__).resolve().parent
START_SECONDS = 60.0
GRACE_SECONDS = 3.0
NOBODY = 65534
FILES = 128  # open ones of a process
PYTHON = os.path.abspath(sys.executable)  # noqa: PTH100  (resolve would leave the virtual environment)


@dataclass(frozen=True)
class Limits:
    """What a submission may use."""

    cell_seconds: float = 20.0
    total_seconds: float = 180.0
    memory_mb: int = 2048
    disk_mb: int = 64
    processes: int = 48
    packages: tuple[str, ...] = ("numpy", "matplotlib")
    library: tuple[str, ...] = ("check",)


class BoxError(Exception):
    """The box ended, or was ended; the message is for the student."""


def available() -> str | None:
    """Why bubblewrap cannot be used, or None."""
    for program in ("bwrap", "prlimit", "setpriv"):
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian, Ubuntu: apt-get install bubblewrap util-linux)"
    return None


def command(limits: Limits, boxed: bool = True, filter_file: int | None = None) -> list[str]:
    """The command line of a worker. `filter_file` is an open file with the filter of system calls."""
    settings = {
        "library": list(limits.library),
        "closed": list(packages.closed_modules(limits.packages)),
        "places": [] if boxed else [str(LIBRARY.parent)],
    }
    rlimits = [
        "prlimit",
        f"--cpu={int(limits.total_seconds) + 30}",
        f"--as={limits.memory_mb * 2**20}",
        f"--fsize={limits.disk_mb * 2**20}",
        f"--nproc={limits.processes}",
        "--memlock=0",
        "--msgqueue=0",
        f"--nofile={FILES}",
        "--core=0",
    ]
    worker = "/course/worker.py" if boxed else str(HERE / "worker.py")
    python = [PYTHON, "-s", "-B", worker, json.dumps(settings)]
    if not boxed:
        return [*(part for part in rlimits if "nproc" not in part), *python]
    user = []
    if os.geteuid() == 0:
        # Some other user for each box: the limit on processes counts those of one user.
        number = str(20_000 + secrets.randbelow(40_000))
        user = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups"]
        user += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    filtered = ["--seccomp", str(filter_file)] if filter_file is not None else []
    return [*_bwrap(limits), *filtered, "--", *user, *rlimits, *python]


def _bwrap(limits: Limits) -> list[str]:
    made = ["bwrap", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "box"]
    made += [
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    if os.geteuid() != 0:
        made += ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
        made += ["--uid", str(NOBODY), "--gid", str(NOBODY)]
    for name, value in environment().items():
        made += ["--setenv", name, value]
    made += ["--ro-bind", "/usr", "/usr"]
    for folder in ("/bin", "/lib", "/lib32", "/lib64", "/sbin"):
        if Path(folder).is_symlink():
            made += ["--symlink", str(Path(folder).readlink()), folder]
        elif Path(folder).is_dir():
            made += ["--ro-bind", folder, folder]
    made += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    made += ["--proc", "/proc", "--dev", "/dev"]
    made += [
        "--perms",
        "1777",
        "--size",
        str(16 * 2**20),
        "--tmpfs",
        "/tmp",
    ]  # before what may lie in it
    for prefix in sorted({os.path.abspath(sys.base_prefix), os.path.abspath(sys.prefix)}):  # noqa: PTH100
        if Path(prefix) != Path("/usr") and not prefix.startswith("/usr/"):
            made += [*_parents(prefix), "--ro-bind", prefix, prefix]
    made += _packages(limits)
    made += ["--perms", "1777", "--size", str(16 * 2**20), "--tmpfs", "/dev/shm"]
    made += ["--perms", "1777", "--size", str(limits.disk_mb * 2**20), "--tmpfs", "/box"]
    return [*made, "--remount-ro", "/", "--remount-ro", "/dev", "--chdir", "/box"]


def _parents(path: str) -> list[str]:
    """Folders above a mount, open to every user (bwrap's own have mode 0700)."""
    above = reversed(Path(path).parents[:-1])
    return [part for folder in above for part in ("--perms", "0755", "--dir", str(folder))]


def _packages(limits: Limits) -> list[str]:
    """Empty every folder of packages and show what may be imported."""
    made = _parents("/course/lstm_lab/check.py")
    for folder in packages.site_folders():
        made += ["--perms", "0755", "--tmpfs", str(folder)]
    for path in packages.open_paths(limits.packages):
        made += ["--ro-bind", str(path), str(path)]
    for name in ("worker.py", "wire.py"):
        made += ["--ro-bind", str(HERE / name), f"/course/{name}"]
    for part in ("__init__", "_validate", "_student_values", *limits.library):
        for name in (part, f"{part}.py"):
            if (LIBRARY / name).exists():
                made += ["--ro-bind", str(LIBRARY / name), f"/course/lstm_lab/{name}"]
    return made


def environment() -> dict[str, str]:
    """The whole environment of a worker."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")
    return {
        "PATH": f"{Path(PYTHON).parent}:/usr/bin:/bin",
        "HOME": "/box",
        "TMPDIR": "/box",
        "IPYTHONDIR": "/box/.ipython",
        "MPLCONFIGDIR": "/box/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "USER": "student",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        **{f"{name}_NUM_THREADS": "1" for name in threads},
    }


class Box:
    """One worker. Use it as a context; every way out kills all that runs in it."""

    def __init__(self, limits: Limits, boxed: bool = True):
        self.limits, self.boxed = limits, boxed
        # A box has its own folder, which goes with it even if this process is killed.
        self.folder = (
            None
            if boxed
            else tempfile.TemporaryDirectory(prefix="lstm-grade-", ignore_cleanup_errors=True)
        )
        place = self.folder.name if self.folder else "/"
        unboxed = environment() | dict.fromkeys(("HOME", "TMPDIR"), place)
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        filter_file = self._filter() if boxed else None
        self.process = subprocess.Popen(
            command(limits, boxed, filter_file),
            pass_fds=[] if filter_file is None else [filter_file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=place,
            env=unboxed if not boxed else {"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            bufsize=0,
            start_new_session=True,
        )
        if filter_file is not None:
            os.close(filter_file)
        self.group = memory.Group.of(self.process.pid, limits.memory_mb) if boxed else None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdin.fileno(), False)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.buffer = b""
        self.dead: str | None = None
        self.looked = 0.0
        self.test = self.branched = ""
        self.stop_at = time.monotonic() + START_SECONDS

    def __enter__(self) -> Box:
        try:
            self._receive("ready", START_SECONDS)
        except BoxError as error:
            words = self.last_words()
            self.close()
            raise BoxError(f"the box did not start: {words or error}") from error
        self.stop_at = time.monotonic() + self.limits.total_seconds
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _filter(self) -> int | None:
        """An open file with the filter of system calls; none on a machine whose calls are not known."""
        made = seccomp.program()
        if made is None:
            return None
        file = os.memfd_create("filter")
        os.write(file, made)
        os.lseek(file, 0, os.SEEK_SET)
        return file

    def last_words(self) -> str:
        self.errors.seek(0)
        return self.errors.read(2000).decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End the worker and everything that it started."""
        below = self._processes()
        for process in below if not self.boxed else below[:1]:  # the first is the init of the box
            with contextlib.suppress(psutil.Error):
                process.kill()
        try:
            self.process.wait(timeout=1 if below and self.boxed else 0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        until = time.monotonic() + 5
        while any(map(_alive, below)) and time.monotonic() < until:
            time.sleep(0.01)
        self.errors.close()
        if self.group:
            self.group.close()
        if self.folder:
            self.folder.cleanup()

    def _processes(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return []

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request and wait for its answer. BoxError if the box is no more, or has to go."""
        number = self.send(request, seconds)
        return self._receive(number, seconds)

    def send(self, request: dict[str, Any], seconds: float) -> str:
        """Send a request and return its number."""
        if self.dead:
            raise BoxError(self.dead)
        number = secrets.token_hex(8)
        data = memoryview(wire.dump(request | {"id": number}))
        until = time.monotonic() + seconds + GRACE_SECONDS
        assert self.process.stdin is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdin, selectors.EVENT_WRITE)
            while data:
                if not selector.select(0.5) and time.monotonic() > until:
                    self.end("your code ran too long and did not react when it was interrupted")
                try:
                    data = data[os.write(self.process.stdin.fileno(), data) :]
                except BlockingIOError:
                    continue
                except OSError:
                    self.end(self._obituary())
        return number

    def begin_test(self, seconds: float) -> dict[str, Any]:
        """Copy the worker; the calls that follow go to the copy. Its answer says `ended` if that was not possible.

        The worker reads ahead, so nothing may be sent before the copy has answered.
        """
        self.test = self.send({"do": "test", "seconds": seconds}, seconds)
        return self._receive(self.test, seconds)

    def end_test(self, seconds: float) -> None:
        """End the copy, and wait until it is gone."""
        if self.test:
            self.send({"do": "end"}, seconds)
            self._receive(self.test, seconds)

    def lost_test(self, seconds: float) -> None:
        """The grader's side of a test is gone: end the copy, and pass over answers that nobody waits for."""
        number = self.test
        self.send({"do": "end"}, seconds)
        until = time.monotonic() + seconds + GRACE_SECONDS
        while time.monotonic() < until:
            line = self._line(seconds)
            with contextlib.suppress(ValueError):
                message = wire.load(line)
                if message.get("id") == number and "ended" in message:
                    self.test = ""
                    return
        self.end("your code ran too long and did not react when it was interrupted")

    @contextlib.contextmanager
    def branch(self) -> Iterator[None]:
        """A copy of the worker for one notebook: saves a start, for notebooks that are trusted."""
        number = self.send({"do": "branch"}, self.limits.cell_seconds)
        self._receive(number, self.limits.cell_seconds)
        self.branched = number
        self.stop_at = time.monotonic() + self.limits.total_seconds
        yield
        if not self.dead:
            self.branched = ""
            self.send({"do": "end"}, self.limits.cell_seconds)
            self._receive(number, self.limits.cell_seconds)

    def _receive(self, number: str, seconds: float) -> dict[str, Any]:
        line = self._line(seconds)
        try:
            message = wire.load(line)
        except ValueError:
            message = {}
        if self.test and message.get("id") == self.test and "ended" in message:
            self.test = ""
        elif self.branched and message.get("id") == self.branched:
            self.end("your code ended the Python process")
        elif message.get("id") != number:
            self.end("your code wrote to the channel on which the grader gets its answers")
        return message

    def _line(self, seconds: float) -> bytes:
        until = time.monotonic() + seconds + GRACE_SECONDS
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.buffer:
                now = time.monotonic()
                if now > min(until, self.stop_at + GRACE_SECONDS):
                    if now > self.stop_at:
                        self.end(
                            f"the whole notebook may take {self.limits.total_seconds:g} seconds"
                        )
                    self.end("your code ran too long and did not react when it was interrupted")
                if now - self.looked > 0.25:  # over many short requests, too
                    self._watch_memory()
                    self.looked = time.monotonic()
                if not selector.select(0.25):
                    continue
                chunk = self.process.stdout.read(1 << 20)
                if not chunk:
                    self.end(self._obituary())
                self.buffer += chunk
                if len(self.buffer) > wire.MESSAGE_BYTES:
                    self.end("your code returned too much data")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def _watch_memory(self) -> None:
        pids = memory.below(self.process.pid)
        if pids is None:
            pids = [process.pid for process in self._processes()]
        held = memory.held(pids, self.limits.memory_mb * 2**20)
        if held > self.limits.memory_mb * 2**20 or (self.group and self.group.over()):
            self.end(f"your code took more than {self.limits.memory_mb} MB of memory")

    def _obituary(self) -> str:
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "your code closed the channel on which the grader gets its answers"
        return "your code ended the Python process"

    def end(self, reason: str) -> None:
        """Kill the worker; BoxError with the reason."""
        self.dead = reason
        self.process.kill()
        raise BoxError(reason)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
