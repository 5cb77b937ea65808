"""Try to break out of a box, before each run: the grader refuses to start if anything succeeds."""

from __future__ import annotations

import socket

from .box import HERE, Box, BoxError, Limits, available

PROBES = {
    "read a file outside": "open({canary!r}).read()",
    "list the folder of the canary": "import os; assert os.listdir({folder!r})",
    "connect to a local server": "import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
    "write outside its folder": (
        "import os, sys\n"
        "for place in ({folder!r}, '/', '/usr', '/etc', '/dev', '/course', sys.prefix, sys.base_prefix):\n"
        "    name = os.path.join(place, 'lstm-grade-probe')\n"
        "    try:\n        open(name, 'w').close()\n        os.remove(name)\n"
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
    "take memory that no process has": (
        "import ctypes, mmap, os, socket\n"
        "libc = ctypes.CDLL(None)\n"
        "calls = [(libc.memfd_create, b'a', 0), (libc.shmget, 0, 4096, 0o1600), (libc.unshare, 0x10000000),\n"
        "         (libc.mount, b'a', b'/box', b'tmpfs', 0, 0)]\n"
        "done = [number for number, (call, *given) in enumerate(calls) if call(*given) >= 0]\n"
        "for make in (lambda: mmap.mmap(-1, 4096), lambda: socket.socket(socket.AF_INET)):\n"
        "    try:\n        make()\n    except OSError:\n        continue\n    done.append('shared')\n"
        "assert done"
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
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = {
            "canary": str(HERE / "grade.py"),
            "folder": str(HERE),
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
