"""The four rooms of `paper1997`: none imports from one that comes after it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_lab import paper1997

PACKAGE = Path(paper1997.__file__).parent
ROOMS = ("published", "engine", "runner", "report")
MODULES = [path for room in ROOMS for path in sorted((PACKAGE / room).glob("*.py"))]


def rooms_imported(source: str, room: str) -> set[str]:
    """The rooms that a module of a room imports from, in functions too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            path = (node.module or "").split(".")
            if node.level == 1:
                found.add(room)
            elif node.level == 2:
                found |= {path[0]} if path[0] else {alias.name for alias in node.names}
            elif "paper1997" in path:
                found |= set(path[path.index("paper1997") + 1 :][:1])
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_a_room_rests_on_those_before_it(module):
    room = module.parent.name
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    assert rooms_imported(module.read_text("utf-8"), room) <= allowed


def test_an_arrow_upward_would_be_seen():
    upward = "def f():\n    from ..report import table\n    from ..runner.run import reproduce\n"
    assert rooms_imported(upward, "engine") == {"report", "runner"}
    assert rooms_imported("from lstm_lab.paper1997.report import table", "engine") == {"report"}


def test_nothing_stands_outside_the_rooms():
    assert [path.name for path in PACKAGE.glob("*.py")] == ["__init__.py"]
    assert len(MODULES) > 20


def test_what_is_published_and_the_net_in_numpy_run_without_numba():
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "import numpy as np\n"
        "from lstm_lab.paper1997.engine.network_setup import initial_weights\n"
        "from lstm_lab.paper1997.engine.numpy_net import NumpyNet\n"
        "from lstm_lab.paper1997.published import open_decisions, schema, spec\n"
        "row = open_decisions.decided(spec.row('1-5'), open_decisions.Decisions(hidden_units=2))\n"
        "net = NumpyNet(row.net, initial_weights(row.net, np.random.default_rng(0)), 0.5)\n"
        "x = np.eye(7)[[0, 1, 2]]\n"
        "print(net.learn(x, x, np.ones(3, dtype=bool)).shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["(3,", "7)"], done.stderr
