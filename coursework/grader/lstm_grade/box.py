"""The box in which a student's code runs: bubblewrap, a fresh folder, no network, another user, limits.

`Box` holds one worker process and speaks JSON lines with it. `prove` tries to break out, and the grader refuses
to start if anything succeeds.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import shutil
import socket
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

from . import packages, wire

HERE = Path(__file__).resolve().parent
LIBRARY = Path(lstm_lab.__file__).resolve().parent
START_SECONDS = 60.0
GRACE_SECONDS = 3.0
NOBODY = 65534
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


def command(limits: Limits, boxed: bool = True) -> list[str]:
    """The command line of a worker."""
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
        "--nofile=256",
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
    return [*_bwrap(limits), "--", *user, *rlimits, *python]


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
    for part in ("__init__", "_validate", "_plain", *limits.library):
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
        self.folder = tempfile.TemporaryDirectory(prefix="lstm-grade-", ignore_cleanup_errors=True)
        unboxed = environment() | dict.fromkeys(("HOME", "TMPDIR"), self.folder.name)
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            command(limits, boxed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=self.folder.name,
            env=unboxed if not boxed else {"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            bufsize=0,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdin.fileno(), False)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.buffer = b""
        self.dead: str | None = None
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
                    self._end("your code ran too long and did not react when it was interrupted")
                try:
                    data = data[os.write(self.process.stdin.fileno(), data) :]
                except BlockingIOError:
                    continue
                except OSError:
                    self._end(self._obituary())
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
            self._end("your code ended the Python process")
        elif message.get("id") != number:
            self._end("your code wrote to the channel on which the grader gets its answers")
        return message

    def _line(self, seconds: float) -> bytes:
        until = time.monotonic() + seconds + GRACE_SECONDS
        assert self.process.stdout is not None
        looked = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.buffer:
                now = time.monotonic()
                if now > min(until, self.stop_at + GRACE_SECONDS):
                    if now > self.stop_at:
                        self._end(
                            f"the whole notebook may take {self.limits.total_seconds:g} seconds"
                        )
                    self._end("your code ran too long and did not react when it was interrupted")
                if now - looked > 0.5:
                    looked = now
                    self._watch_memory()
                if not selector.select(0.25):
                    continue
                chunk = self.process.stdout.read(1 << 20)
                if not chunk:
                    self._end(self._obituary())
                self.buffer += chunk
                if len(self.buffer) > wire.MESSAGE_BYTES:
                    self._end("your code returned too much data")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def _watch_memory(self) -> None:
        total = 0
        for process in self._processes():
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue
        if total > self.limits.memory_mb * 2**20:
            self._end(f"your code took more than {self.limits.memory_mb} MB of memory")

    def _obituary(self) -> str:
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "your code closed the channel on which the grader gets its answers"
        return "your code ended the Python process"

    def _end(self, reason: str) -> None:
        self.dead = reason
        self.process.kill()
        raise BoxError(reason)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


PROBES = {
    "read a file outside": "open({canary!r}).read()",
    "list the folder of the canary": "import os; assert os.listdir({folder!r})",
    "connect to a local server": "import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
    "write outside its folder": (
        "import os, sys\n"
        "for place in ({folder!r}, '/', '/usr', '/etc', '/dev', '/course', sys.prefix, sys.base_prefix):\n"
        "    try:\n        open(os.path.join(place, 'lstm-grade-probe'), 'w').close()\n"
        "    except OSError:\n        continue\n"
        "    break\n"
        "else:\n    raise OSError('held')"
    ),
    "take too much memory": "held = bytearray({memory} * 2**20)",
    "start too many processes": (
        "import os, time\n"
        "children = []\n"
        "try:\n"
        "    for _ in range({processes}):\n"
        "        child = os.fork()\n"
        "        if child == 0:\n            time.sleep(30); os._exit(0)\n"
        "        children.append(child)\n"
        "finally:\n"
        "    for child in children: os.kill(child, 9); os.waitpid(child, 0)"
    ),
    "fill the disk": (
        "for number in range(8):\n    open(f'/box/{{number}}', 'wb').write(bytes({disk} * 2**18))"
    ),
    "have the rights of root": (
        "import os\n"
        "held = [line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff')]\n"
        "assert os.geteuid() == 0 or int(held[0], 16)"
    ),
    "import the reference models": "import lstm_lab.models",
    "find the reference models": (
        "import sys\n"
        "sys.meta_path = [each for each in sys.meta_path if type(each).__name__ != 'Closed']\n"
        "import lstm_lab.models"
    ),
}


def prove(limits: Limits) -> list[str]:
    """Try to break out of a box. Returns what succeeded; a box that does not even start raises BoxError."""
    why = available()
    if why:
        raise BoxError(why)
    broken = []
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as server:
        folder = Path(name)
        folder.chmod(0o777)
        canary = folder / "canary"
        canary.write_text("a secret")
        facts = {
            "canary": str(canary),
            "folder": str(folder),
            "port": server.getsockname()[1],
            "memory": limits.memory_mb + 1,
            "processes": limits.processes + 1,
            "disk": limits.disk_mb,
        }
        with Box(limits) as box:
            right = box.ask({"do": "cell", "code": "import numpy", "seconds": 20}, 20)
            if right["error"]:
                raise BoxError(f"numpy cannot be imported in the box: {right['error']['message']}")
            for what, code in PROBES.items():
                request = {"do": "cell", "code": code.format(**facts), "seconds": 20}
                if box.ask(request, 20)["error"] is None:
                    broken.append(what)
        server.setblocking(False)
        try:
            server.accept()[0].close()
        except BlockingIOError:
            pass
        else:
            broken.append("reach a local server")
    return broken
