"""What the processes of a box hold in memory: as the kernel counts it where it may, else as /proc tells of each."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
SOCKET_BYTES = 2 * 212_992  # what may wait in a socket, as the kernel sets it out
PIPE_BYTES = 65_536
# Shared memory that no file of ours holds: what is mapped counts whole, since what was given back may still be there.
SHARED = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) ...s \S+ \S+ (\d+)\s+(/dev/zero|/memfd:|/SYSV|anon_inode|\[anon)",
    re.M,
)


class Group:
    """A control group (version 2) for one box, where this process may make one: then the kernel counts and ends."""

    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    def of(
        cls, pid: int, memory_mb: int, mount: Path = MOUNT, own: str | None = None
    ) -> Group | None:
        """A group below ours with the process in it, or None where that is not allowed."""
        if own is None:
            with contextlib.suppress(OSError):
                own = Path("/proc/self/cgroup").read_text("ascii")
        match = re.search(r"^0::(/.*)$", own or "", re.M)
        if match is None:
            return None
        above = mount / match[1].lstrip("/")
        try:
            # A group with processes cannot hand controllers on, so boxes lie beside ours if not below it.
            for place in (above, above.parent):
                if "memory" in (place / "cgroup.subtree_control").read_text("ascii").split():
                    made = cls(place / f"lstm-grade-{os.getpid()}-{pid}")
                    made.folder.mkdir()
                    made.limit(memory_mb * 2**20)
                    (made.folder / "cgroup.procs").write_text(str(pid))
                    return made
        except OSError:
            return None
        return None

    def limit(self, most: int) -> None:
        (self.folder / "memory.max").write_text(str(most))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            with contextlib.suppress(OSError):
                (self.folder / name).write_text(value)

    def over(self) -> bool:
        """Whether the kernel ended what was in it."""
        with contextlib.suppress(OSError):
            events = dict(
                line.split()
                for line in (self.folder / "memory.events").read_text("ascii").splitlines()
            )
            return int(events.get("oom_kill", 0)) > 0
        return False

    def close(self) -> None:
        with contextlib.suppress(OSError):
            (self.folder / "cgroup.kill").write_text("1")
        with contextlib.suppress(OSError):
            self.folder.rmdir()


def below(pid: int) -> list[int] | None:
    """The processes that came from one, without looking at all of the machine's; None where /proc does not tell."""
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text("ascii").split()]
        except FileNotFoundError:
            if parent == pid:
                return None
        except OSError:
            continue
        found += [parent] if parent != pid else []
    return found


def held(pids: list[int], enough: int) -> int:
    """Bytes that processes hold together: shared pages once, and what lies in sockets, pipes and shared mappings.

    The quick sum comes first, in which copies after a fork count double; only if it is over `enough` do we look closer.
    """
    quick = sum(_resident(pid) for pid in pids)
    kernel, mapped = _in_the_kernel(pids)
    if quick + kernel + mapped <= enough:
        return quick + kernel + mapped
    return sum(_proportional(pid) for pid in pids) + kernel + mapped


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    return 0


def _proportional(pid: int) -> int:
    """The pages of a process, each divided by how many share it."""
    with contextlib.suppress(OSError, ValueError):
        found = re.search(
            r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"), re.M
        )
        if found:
            return 1024 * int(found[1])
    return _resident(pid)


def _in_the_kernel(pids: list[int]) -> tuple[int, int]:
    """At most what sockets and pipes hold, and the shared mappings, each once."""
    waiting: dict[str, int] = {}
    shared: dict[str, int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for file in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    target = str(file.readlink())
                    if target.startswith("socket:"):
                        waiting[target] = SOCKET_BYTES
                    elif target.startswith("pipe:"):
                        waiting[target] = PIPE_BYTES
        with contextlib.suppress(OSError, ValueError):
            for begin, end, inode, _ in SHARED.findall(
                Path(f"/proc/{pid}/maps").read_text("utf-8", "replace")
            ):
                shared[inode] = max(shared.get(inode, 0), int(end, 16) - int(begin, 16))
    return sum(waiting.values()), sum(shared.values())
