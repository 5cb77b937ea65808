"""A filter of system calls for the box: what takes memory that nobody counts, or makes new places for it, fails.

The filter is a program for the kernel's socket-filter machine (seccomp(2), bpf(4)), which bubblewrap loads before it
starts the worker. A call that is filtered gives EPERM, or ENOSYS where a program then takes an older way.
"""

from __future__ import annotations

import platform
import struct

EPERM, ENOSYS = 1, 38
LOAD, EQUAL, ANY, RETURN = (
    0x20,
    0x15,
    0x45,
    0x06,
)  # load a word; jump if equal, if any bit is set; return
ALLOW, ERROR = 0x7FFF0000, 0x00050000
NUMBER, ARCH, FIRST, FOURTH = 0, 4, 16, 40  # where the number, the machine and the arguments stand
NEW_NAMESPACES = (
    0x7E020080  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME
)
SHARED_ANONYMOUS = 0x21
UNIX = 1

# By machine: its mark, and the numbers of the calls.
MACHINES = {
    "x86_64": (0xC000003E, {
        "mmap": 9, "clone": 56, "clone3": 435, "socket": 41, "socketpair": 53,
        "memfd_create": 319, "memfd_secret": 447, "shmget": 29, "shmat": 30, "msgget": 68, "semget": 64,
        "mq_open": 240, "mount": 165, "unshare": 272, "setns": 308, "fsopen": 430, "fsmount": 432, "open_tree": 428,
        "move_mount": 429, "io_uring_setup": 425, "userfaultfd": 323, "bpf": 321, "perf_event_open": 298,
        "add_key": 248, "request_key": 249, "keyctl": 250, "ptrace": 101, "vmsplice": 278, "mlock": 149,
        "mlockall": 151, "mlock2": 325, "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300,
        "quotactl": 179, "swapon": 167, "chroot": 161, "pivot_root": 155,
    }),
    "aarch64": (0xC00000B7, {
        "mmap": 222, "clone": 220, "clone3": 435, "socket": 198, "socketpair": 199,
        "memfd_create": 279, "memfd_secret": 447, "shmget": 194, "shmat": 196, "msgget": 186, "semget": 190,
        "mq_open": 180, "mount": 40, "unshare": 97, "setns": 268, "fsopen": 430, "fsmount": 432, "open_tree": 428,
        "move_mount": 429, "io_uring_setup": 425, "userfaultfd": 282, "bpf": 280, "perf_event_open": 241,
        "add_key": 217, "request_key": 218, "keyctl": 219, "ptrace": 117, "vmsplice": 75, "mlock": 228,
        "mlockall": 230, "mlock2": 284, "inotify_init1": 26, "fanotify_init": 262, "quotactl": 60, "swapon": 224,
        "chroot": 51, "pivot_root": 41,
    }),
}  # fmt: skip
CHECKED = ("mmap", "clone", "clone3", "socket", "socketpair")


def program(machine: str | None = None) -> bytes | None:
    """The filter for this machine, or None for one whose calls are not known here."""
    if (machine or platform.machine()) not in MACHINES:
        return None
    mark, calls = MACHINES[machine or platform.machine()]
    steps: list[tuple[int, int, int, int]] = [
        (LOAD, 0, 0, ARCH),
        (EQUAL, 1, 0, mark),
        (RETURN, 0, 0, ERROR | EPERM),  # calls in the way of another machine, such as 32 bit
        (LOAD, 0, 0, NUMBER),
        *(
            [(0x35, 0, 1, 0x40000000), (RETURN, 0, 0, ERROR | EPERM)] if mark == 0xC000003E else []
        ),  # x32
    ]
    steps += _of(
        calls["clone3"], [(RETURN, 0, 0, ERROR | ENOSYS)]
    )  # its flags lie where no filter sees them
    steps += _of(calls["clone"], [(LOAD, 0, 0, FIRST), (ANY, 0, 1, NEW_NAMESPACES), *_refuse()])
    shared = [(LOAD, 0, 0, FOURTH), (0x54, 0, 0, SHARED_ANONYMOUS), (EQUAL, 0, 1, SHARED_ANONYMOUS)]
    steps += _of(calls["mmap"], [*shared, *_refuse()])
    for name in ("socket", "socketpair"):
        steps += _of(calls[name], [(LOAD, 0, 0, FIRST), (EQUAL, 1, 0, UNIX), *_refuse()])
    for name, number in calls.items():
        if name not in CHECKED:
            steps += _of(number, [(RETURN, 0, 0, ERROR | EPERM)])
    steps.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


def _of(number: int, steps: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Steps for one call; others jump over them."""
    return [(EQUAL, 0, len(steps), number), *steps]


def _refuse() -> list[tuple[int, int, int, int]]:
    return [(RETURN, 0, 0, ERROR | EPERM), (RETURN, 0, 0, ALLOW)]
