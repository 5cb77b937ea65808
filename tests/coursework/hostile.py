"""Submissions that cheat, break, or are merely careless, with the points that each must get and the reason given.

Every one is the reference answer of the assignment "perceptron" (15 points) with something done to it.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FULL = 15
# The inner loop may be met between two of its turns, where nothing catches; the outer one is in its first by then.
DEAF = """while True:
    try:
        while True:
            try:
                while True: sum(range(9))
            except BaseException: pass
    except BaseException: pass"""
WRONG = {
    "predict": "def predict(w, X):\n    return [0]",
    "learn": "def learn(w, x, y, rate):\n    return [0]",
    "fit": "def fit(X, y, rate=1.0, max_passes=100):\n    return [0], [1]",
    "bound": "def bound(X, y, u):\n    return 0",
    "certificate": "def certificate():\n    return [0]",
    "cycle": "def cycle(X, y):\n    return 0, 0",
    "features": "def features(X):\n    return [0]",
}
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Hostile:
    """What is done, and what must come of it.

    Args:
        name: names the submission.
        points: those by tests, of 15.
        reason: must stand in the message of a lost test or among the problems.
        first: code of a cell added at the top.
        bodies: answers in place of the right ones.
        mutant: answers of a file of mutants/ in place of the right ones.
        wrong: whether all other answers are wrong, so that only a cheat could get points.
        edit: changes the notebook as a whole.
        prints: must stand in what the cells print.
        silent: must not.
        leaks: tries to bring the inputs of hidden tests to the page.
    """

    name: str
    points: float = FULL
    reason: str = ""
    first: str = ""
    bodies: dict[str, str] = field(default_factory=dict)
    mutant: str = ""
    wrong: bool = False
    edit: Callable[[Notebook], None] | None = None
    prints: str = ""
    silent: tuple[str, ...] = ()
    leaks: bool = False


def cells(notebook: Notebook, name: str) -> list[dict[str, Any]]:
    return [
        c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    ]


def without_tests(notebook: Notebook) -> None:
    notebook["cells"] = [
        c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")
    ]


def tests_pass(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = "pass"


def without_metadata(notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def colab(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 0
    notebook["metadata"]["colab"] = {"provenance": [], "name": "Copy of perceptron"}
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"]["id"] = "x7Yq"
        cell["metadata"]["outputId"] = 5
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)


def doubled(notebook: Notebook) -> None:
    notebook["cells"] = [copy for c in notebook["cells"] for copy in (c, json.loads(json.dumps(c)))]


def stub_doubled(notebook: Notebook) -> None:
    (answer,) = cells(notebook, "predict")
    stub = 'def predict(w, X):\n    raise NotImplementedError("predict is not written yet")'
    place = notebook["cells"].index(answer)
    notebook["cells"].insert(place, answer | {"source": stub})


def without_answer(notebook: Notebook) -> None:
    (answer,) = cells(notebook, "predict")
    notebook["cells"].remove(answer)


def old_format(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell["input"], cell["language"] = cell.pop("source"), "python"
            cell["prompt_number"] = cell.pop("execution_count", None)
    notebook["worksheets"] = [{"cells": notebook.pop("cells"), "metadata": {}}]
    notebook |= {"nbformat": 3, "nbformat_minor": 0}


def thousand_cells(notebook: Notebook) -> None:
    more = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": f"x{i} = {i}",
            "outputs": [],
            "execution_count": None,
        }
        for i in range(1000)
    ]
    notebook["cells"][1:1] = more


def too_many_cells(notebook: Notebook) -> None:
    notebook["cells"] *= 100


def nonsense_inside(notebook: Notebook) -> None:
    notebook["cells"] += [7, None, {"cell_type": 5}, {"cell_type": "code", "source": {"a": 1}}]
    notebook["cells"][0]["metadata"] = [1, 2]


def written(text: str) -> Callable[[Notebook], None]:
    def edit(notebook: Notebook) -> None:
        (answer,) = cells(notebook, "explain")
        answer["source"] = text

    return edit


SCRIPT = "</pre></code><script>alert(1)</script><img src=x onerror=alert(2)>"

PROCESSES = (
    "import os, time\nchildren = []\ntry:\n    for _ in range(300):\n        child = os.fork()\n"
    "        if child == 0:\n            time.sleep(1000)\n            os._exit(0)\n        children.append(child)\n"
    "except OSError:\n    print('few' if len(children) < 60 else 'many')\n"
)

HOSTILE = [
    Hostile("correct"),
    Hostile(
        "wrong_margin",
        9,
        "below the margin",
        mutant="no_margin",
    ),
    Hostile(
        "loop_in_function",
        13,
        "ran too long",
        bodies={"bound": "def bound(X, y, u):\n    while True: pass"},
    ),
    Hostile(
        "allclose_replaced",
        0,
        wrong=True,
        first="import numpy as np\nnp.allclose = lambda *a, **k: True\n"
        "np.array_equal = np.allclose\nnp.shape = lambda a: (3,)",
    ),
    Hostile("tests_replaced", 0, "locked cells were changed", wrong=True, edit=tests_pass),
    Hostile("tests_deleted", 0, wrong=True, edit=without_tests),
    Hostile("right_without_tests", FULL, edit=without_tests),
    Hostile("sys_exit", FULL, first="import sys\nsys.exit(0)"),
    Hostile("os_exit", 6, "ended the Python process", bodies={"fit": "import os\nos._exit(0)"}),
    Hostile(
        "os_exit_in_function",
        13,
        "ended the Python process",
        bodies={"bound": "import os\ndef bound(X, y, u):\n    os._exit(0)"},
    ),
    Hostile(
        "input_transformer",
        0,
        wrong=True,
        first="get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    ),
    Hostile(
        "deletes_files",
        FULL,
        first="import os, shutil\n"
        "for place in ('{victim}', '/home', '/course', '/mnt'):\n"
        "    shutil.rmtree(place, ignore_errors=True)\n"
        "print('there' if os.path.exists('{victim}') else 'nothing')",
        prints="nothing",
    ),
    Hostile(
        "prints_a_lot",
        FULL,
        first="for _ in range(100):\n    print('x' * 1_000_000)",
        prints="more was printed",
    ),
    Hostile(
        "segfault",
        6,
        "ended the Python process",
        bodies={"fit": "import ctypes\nctypes.string_at(0)"},
    ),
    Hostile(
        "segfault_in_function",
        13,
        "signal 11",
        bodies={"bound": "import ctypes\ndef bound(X, y, u):\n    ctypes.string_at(0)"},
    ),
    Hostile(
        "connects",
        FULL,
        first="import socket\ntry:\n    socket.create_connection(('127.0.0.1', {port}), 1)\n"
        "except OSError:\n    print('refused')",
        prints="refused",
    ),
    Hostile("syntax_error", 11, "SyntaxError", bodies={"fit": "def fit(X, y:\n    pass"}),
    Hostile(
        "searches_for_tests",
        FULL,
        first="import os, sys\nnames = {'01-perceptron.md', 'gradebook.db', 'grade.py', 'prove.py', 'perceptron.py',\n"
        "  'lstm.py', 'perceptron_runs.py'}\n"
        "places = ('/course', '/box', '/home', '/root', '/work', '/etc', '/mnt', sys.prefix)\n"
        "found = [p for place in places for p, _, fs in os.walk(place) if names & set(fs)]\n"
        "print('FOUND' if found else 'none', found)",
        prints="none",
        silent=("FOUND",),
    ),
    Hostile(
        "loop_against_interrupts",
        2,
        "did not react",
        bodies={"learn": DEAF},
    ),
    Hostile(
        "loop_against_interrupts_in_function",
        13,
        "was ended",
        bodies={"bound": "def bound(X, y, u):\n" + textwrap.indent(DEAF, "    ")},
    ),
    Hostile(
        "asks_for_memory",
        FULL,
        first="try:\n    held = bytearray(64 * 2**30)\nexcept MemoryError:\n    print('no')",
        prints="no",
    ),
    Hostile(
        "many_processes",
        FULL,
        first=PROCESSES + "for child in children: os.kill(child, 9), os.waitpid(child, 0)",
        prints="few",
    ),
    Hostile("many_processes_left", 0, "so many processes running", first=PROCESSES, prints="few"),
    Hostile(
        "fills_the_disk",
        FULL,
        first="try:\n    for i in range(50):\n        open(f'/box/{i}', 'wb').write(bytes(8 * 2**20))\n"
        "except OSError:\n    print('full')\nimport shutil, glob, os\nfor f in glob.glob('/box/[0-9]*'): os.remove(f)",
        prints="full",
    ),
    Hostile(
        "patches_the_checker",
        0,
        wrong=True,
        first="import unittest, lstm_lab.check as check\n"
        "unittest.TestCase.assertEqual = lambda *a: None\ncheck.value = lambda *a, **k: check.Result(True, 'Right.')\n"
        "check.here.__getattr__ = lambda *a: 1",
    ),
    Hostile(
        "sends_a_pickle",
        13,
        "a test can look only at",
        bodies={
            "bound": "class Evil:\n    def __reduce__(self):\n        return (open, ('{victim}/owned', 'w'))\n"
            "def bound(X, y, u):\n    return Evil()"
        },
    ),
    Hostile(
        "array_equals_everything",
        13,
        bodies={
            "bound": "class Yes(np.ndarray):\n    def __eq__(self, other): return np.True_\n"
            "    def __sub__(self, other): return 0\n"
            "    def __abs__(self): return 0\ndef bound(X, y, u):\n    return np.zeros(()).view(Yes)"
        },
    ),
    Hostile(
        "looks_around",
        FULL,
        first="import os, sys\nframe, seen = sys._getframe(), []\nwhile frame:\n"
        "    seen += [str(v)[:2000] for v in frame.f_locals.values()]\n    frame = frame.f_back\n"
        "print(os.listdir('/'), dict(os.environ), open('/proc/self/cmdline').read(), seen)",
        silent=("reference_", "HIDDEN", "hidden_seed", "BEGIN", "SSH", "TOKEN"),
    ),
    # Hand-ins that are odd, not bad.
    Hostile("doubled_cells", FULL, "2 times", edit=doubled),
    Hostile("stub_doubled", FULL, edit=stub_doubled),
    Hostile("answer_deleted", 13, "the cell predict is missing", edit=without_answer),
    Hostile("metadata_lost", FULL, "metadata of the cells is lost", edit=without_metadata),
    Hostile("from_colab", FULL, edit=colab),
    Hostile("notebook_version_3", FULL, edit=old_format),
    Hostile("nonsense_inside", FULL, edit=nonsense_inside),
    # More of the kind.
    Hostile(
        "forges_the_channel",
        9,
        "wrote to the channel",
        bodies={
            "bound": "import os\ndef bound(X, y, u):\n    for fd in range(3, 64):\n        try:\n"
            '            os.write(fd, b\'{"id":"0","value":1}\\n\')\n        except OSError: pass\n    return 0'
        },
    ),
    Hostile(
        "closes_the_channel",
        0,
        "ended the Python process",
        first="import os\nos.closerange(3, 100)",
    ),
    Hostile(
        "changes_when_looked_at",
        13,
        bodies={
            "bound": "class Twice(float):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
            "    def __float__(self):\n        return 1e9\ndef bound(X, y, u):\n    return Twice(3.0)"
        },
    ),
    Hostile(
        "remembers_calls",
        14,
        "some answers differ",
        bodies={
            "predict": "{right_predict}\nright, calls = predict, []\ndef predict(w, X):\n    calls.append(1)\n"
            "    answers = np.array(right(w, X))\n    return answers if len(calls) < 3 else np.ones(len(answers))"
        },
    ),
    Hostile(
        "slow_leak",
        13,
        "Memory",
        bodies={
            "bound": "leak = []\ndef bound(X, y, u):\n    while True:\n        leak.append(np.empty(2**25))"
        },
    ),
    Hostile(
        "leak_in_many_processes",
        6,
        "MB of memory",
        bodies={
            "fit": "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n"
            "        held = b'1' * 400 * 2**20\n"
            "        time.sleep(60)\n        os._exit(0)\ntime.sleep(60)"
        },
    ),
    Hostile("thousand_cells", FULL, edit=thousand_cells),
    Hostile("too_many_cells", 0, "more than 2000 cells", edit=too_many_cells),
    Hostile(
        "huge_answer",
        13,
        "too much data",
        bodies={"bound": "def bound(X, y, u):\n    return np.zeros(2 * 10**6)"},
    ),
    Hostile("huge_number", 13, bodies={"bound": "def bound(X, y, u):\n    return 10**6000"}),
    Hostile(
        "endless_list",
        13,
        "too deep",
        bodies={"bound": "def bound(X, y, u):\n    a = []\n    a.append(a)\n    return a"},
    ),
    Hostile("not_a_number", 13, bodies={"bound": "def bound(X, y, u):\n    return float('nan')"}),
    Hostile(
        "wrong_kind", 13, bodies={"bound": "def bound(X, y, u):\n    return {'a': ['b', None]}"}
    ),
    Hostile(
        "patches_the_wire",
        0,
        wrong=True,
        first="import wire, json\nwire.encode = lambda value, depth=0: True\n"
        "json.dumps = lambda *a, **k: '{}'",
    ),
    Hostile(
        "patches_the_worker",
        0,
        wrong=True,
        first="import gc\nfor each in gc.get_objects():\n"
        "    if type(each).__name__ == 'Worker':\n        type(each).call = lambda self, request: 1\n"
        "        type(each).answer = lambda self, message: None",
    ),
    Hostile(
        "background_thread",
        FULL,
        first="import threading\ndef spin():\n    while True: sum(range(1000))\n"
        "threading.Thread(target=spin, daemon=True).start()",
    ),
    Hostile(
        "leaves_a_process",
        FULL,
        first="import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)",
    ),
    Hostile(
        "evil_error",
        13,
        "stopped with",
        bodies={
            "bound": f"class Odd(Exception):\n    def __str__(self): return {SCRIPT!r} * 1000\n"
            "def bound(X, y, u):\n    raise Odd()"
        },
    ),
    Hostile(
        "error_without_text",
        13,
        "stopped with",
        bodies={
            "bound": "class Odd(Exception):\n    def __str__(self): raise self\ndef bound(X, y, u):\n    raise Odd()"
        },
    ),
    Hostile(
        "script_everywhere",
        FULL,
        first=f"print({SCRIPT!r})\nfrom IPython.display import HTML, Javascript, SVG, display\n"
        f"display(HTML({SCRIPT!r}), Javascript('alert(3)'))",
        edit=written(SCRIPT),
    ),
    Hostile("formula_answer", FULL, edit=written('=HYPERLINK("http://example.org","click")')),
    Hostile(
        "calls_the_library",
        13,
        "closed while this assignment is graded",
        bodies={
            "predict": "from lstm_lab.models import Perceptron\ndef predict(w, X):\n    return Perceptron(2).predict(X)"
        },
    ),
    Hostile(
        "calls_torch",
        13,
        "closed while this assignment is graded",
        bodies={
            "bound": "def bound(X, y, u):\n    import torch\n    return float(torch.tensor(X).max())"
        },
    ),
    Hostile(
        "library_by_a_side_door",
        13,
        "lstm_lab.models is closed",
        bodies={
            "predict": "import sys\nsys.meta_path = [m for m in sys.meta_path if type(m).__name__ != 'Closed']\n"
            "from lstm_lab.models import Perceptron\ndef predict(w, X):\n    return Perceptron(2).predict(X)"
        },
    ),
    Hostile(
        "library_by_importlib",
        13,
        "lstm_lab.models is closed",
        bodies={
            "predict": "import importlib\nhidden = importlib.import_module('lstm_lab.' + 'mod' + 'els')\n"
            "def predict(w, X):\n    return hidden.Perceptron(2).predict(X)"
        },
    ),
    Hostile(
        "library_by_another_name",
        13,
        "lstm_lab.models is closed",
        bodies={
            "predict": "import builtins, lstm_lab as mine\nload = getattr(builtins, '__imp' + 'ort__')\n"
            "model = getattr(load(mine.__name__ + '.models'), 'models').Perceptron\n"
            "def predict(w, X):\n    return model(2).predict(X)"
        },
    ),
    Hostile(
        "library_by_getattr",
        13,
        "has no attribute",
        bodies={
            "predict": "import lstm_lab\ndef predict(w, X):\n"
            "    return getattr(lstm_lab, 'models').Perceptron(2).predict(X)"
        },
    ),
    Hostile(
        "library_from_its_file",
        first="import os, sys\nplaces = [os.path.join(p, 'lstm_lab', 'models') for p in (*sys.path, '/course')]\n"
        "found = [p for p in places if os.path.exists(p)]\n"
        "found += [f for p, _, fs in os.walk('/course') for f in fs if 'perceptron' in f]\n"
        "print('FOUND' if found else 'none', found)",
        prints="none",
        silent=("FOUND",),
    ),
    Hostile(
        "library_in_a_function",
        13,
        "lstm_lab.models is closed",
        bodies={
            "predict": "def predict(w, X):\n    exec('from lstm_lab.models import Perceptron as P', globals())\n"
            "    return P(2).predict(X)"
        },
    ),
    Hostile(
        "torch_cell_by_another_name",
        13,
        "torch is closed",
        bodies={
            "bound": "def bound(X, y, u):\n    nn = __import__('torch.nn', fromlist=['nn'])\n"
            "    return getattr(nn, 'LSTM' + 'Cell')(1, 1)"
        },
    ),
    Hostile(
        "installs_what_is_closed",
        first="import subprocess, sys\n"
        "command = [sys.executable, '-m', 'pip', 'install', '--retries', '0', '--target', '/box/p', 'torch']\n"
        "done = subprocess.run(command, capture_output=True)\n"
        "print('INSTALLED' if done.returncode == 0 else 'refused')",
        prints="refused",
        silent=("INSTALLED",),
    ),
    # Memory that no process has, or that is given back and still there.
    Hostile(
        "memory_files", first="import os\nos.memfd_create('a')\nprint('HELD')", silent=("HELD",)
    ),
    Hostile(
        "shared_memory", first="import mmap\nmmap.mmap(-1, 2**20)\nprint('HELD')", silent=("HELD",)
    ),
    Hostile(
        "system_v_memory",
        first="import ctypes\nprint('HELD' if ctypes.CDLL(None).shmget(0, 2**20, 0o1600) >= 0 else 'no')",
        prints="no",
    ),
    Hostile(
        "a_mount_of_its_own",
        first="import ctypes\nlibc = ctypes.CDLL(None)\n"
        "print('HELD' if libc.unshare(0x10020000) == 0 or libc.mount(b'a', b'/box', b'tmpfs', 0, 0) == 0 else 'no')",
        prints="no",
    ),
    Hostile(
        "memory_given_back",
        6,
        "MB of memory",
        bodies={
            "fit": "import mmap, os, time\nfile, held = os.open('/dev/zero', os.O_RDWR), []\nfor _ in range(3):\n"
            "    if os.fork() == 0:\n        m = mmap.mmap(file, 700 * 2**20)\n"
            "        for i in range(700): m[i * 2**20 : i * 2**20 + 1] = b'1'\n"
            "        m.madvise(mmap.MADV_DONTNEED)\n        time.sleep(60)\n        os._exit(0)\ntime.sleep(60)"
        },
    ),
    Hostile(
        "memory_in_sockets",
        6,
        "MB of memory",
        bodies={
            "fit": "import os, socket, time\nfor _ in range(40):\n    if os.fork() == 0:\n"
            "        held = [socket.socketpair() for _ in range(50)]\n"
            "        time.sleep(60)\n        os._exit(0)\ntime.sleep(60)"
        },
    ),
    # What a test makes of an answer, and what is kept of a notebook.
    Hostile(
        "much_for_the_test",
        14,
        "fit(...)",
        bodies={"features": "def features(X):\n    return np.zeros((200_000, X.shape[1]), bool)"},
    ),
    Hostile(
        "many_pictures",
        first="import gc\nfor each in gc.get_objects():\n    if type(each).__name__ == 'Worker':\n"
        "        type(each).images = lambda self: ['iVBORw0KGgo' + 'A' * 600_001] * 12",
    ),
    Hostile(
        "huge_picture",
        first="import base64, struct, zlib\nfrom IPython.display import Image, display\n"
        "def chunk(kind, data):\n"
        "    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))\n"
        "head = chunk(b'IHDR', struct.pack('>IIBBBBB', 40000, 40000, 1, 0, 0, 0, 0))\n"
        "body = chunk(b'IDAT', zlib.compress(bytes(5001 * 400))) + chunk(b'IEND', b'')\n"
        "display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + head + body, format='png'))",
    ),
    Hostile(
        "controls",
        first="print('\\x00\\x1b[31mred\\u202etxt\\x07')",
        edit=written("a \x1b]0;x\x07\u202e\x00 b"),
    ),
    # The inputs of hidden tests, by every way back to the student.
    *(
        Hostile(
            f"leaks_by_{name}",
            13,
            reason,
            bodies={
                "bound": f"def bound(X, y, u):\n    said = repr((X.tolist(), u.tolist()))\n    {code}"
            },
            leaks=True,
        )
        for name, code, reason in (
            ("message", "raise ValueError(said)", "stopped with"),
            ("unwritten", "raise NotImplementedError(said)", ""),
            ("class", "raise type(said[:80], (Exception,), {})('x')", "stopped with"),
            ("type", "return type(said[:80], (), {})()", ""),
            ("text", "return said", ""),
            ("missing", "raise NameError(said, name=said)", ""),
        )
    ),
    Hostile(
        "leaks_by_a_file",
        FULL,
        bodies={
            "bound": "{right_bound}\n_right = bound\ndef bound(X, y, u):\n"
            "    open('/box/kept', 'a').write(repr((X.tolist(), u.tolist())))\n    return _right(X, y, u)",
            "certificate": "print(open('/box/kept').read())\n{right_certificate}",
        },
        leaks=True,
    ),
]
