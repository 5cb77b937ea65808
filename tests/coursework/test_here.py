"""What passes in the student's notebook passes in the grader, and what the grader refuses is refused there."""

from __future__ import annotations

import builtins
import json
import re
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from lstm_grade import grade, intake, prove, source, wire

from lstm_lab import _student_values, check

Pair = namedtuple("Pair", "a b")
RIGHT = [
    (OrderedDict(a=1), {"a": 1}),
    (defaultdict(float, {"a": 2.0}), {"a": 2.0}),
    (Counter("aab"), {"a": 2, "b": 1}),
    ({np.str_("a"): np.float32(1)}, {"a": 1}),
    ({np.int64(3): 1}, {3: 1}),
    (Pair(1, 2), (1, 2)),
    (range(3), [0, 1, 2]),
    (deque([1]), [1]),
    ({"a": 1}.keys(), ["a"]),
    ({"a": 1}.values(), [1]),
    ({1, 2}, {1, 2}),
    (Fraction(1, 2), 0.5),
    (Decimal("0.5"), 0.5),
    (np.longdouble(0.5), 0.5),
    (np.str_("x"), "x"),
    (np.array(["x"]), ["x"]),
    (np.array([Fraction(1, 2), 1], object), np.array([0.5, 1])),
    (np.array([np.zeros(1), np.zeros(2)], object), [np.zeros(1), np.zeros(2)]),
    (np.array([0.5], np.longdouble), np.array([0.5])),
    (np.array([0.5], ">f8"), np.array([0.5])),
    (np.array([1], np.float16), np.array([1.0])),
    (memoryview(b"a"), None),
    (SimpleNamespace(), None),
    (map(str, [1]), None),
    (1j, None),
    (np.array([1j]), None),
    (np.datetime64("2026-01-01"), None),
    (lambda: 1, None),
    (np.zeros(2 * 10**6), None),
]


@pytest.mark.parametrize(("value", "wanted"), RIGHT, ids=lambda each: str(type(each).__name__))
def test_a_natural_answer_arrives_as_a_plain_one_or_is_refused_with_the_same_words(value, wanted):
    student = check.here({"f": lambda: value})
    if wanted is None:
        with pytest.raises(_student_values.NotPlainError) as here:
            student.f()
        with pytest.raises(wire.NotPlainError) as there:
            wire.answer(value)
        assert str(here.value) == f"f(...) returned {there.value}"
        return
    came = student.f()
    sent = wire.decode(wire.load(wire.dump({"v": wire.answer(value)}))["v"])
    for each in (came, sent):
        assert type(each) is type(wanted) or isinstance(each, np.generic)
        assert (
            np.array_equal(each, wanted)
            if isinstance(wanted, np.ndarray)
            else str(each) == str(wanted) or each == wanted
        )


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_here_gives_what_the_grader_gets(value):
    student = check.here({"f": lambda x: x})
    try:
        came = student.f(value)
    except _student_values.NotPlainError:
        with pytest.raises(_student_values.NotPlainError, match="too deep"):
            wire.encode(value)
        return
    sent = wire.decode(wire.load(wire.dump({"v": wire.encode(value)}))["v"])
    assert came == sent == value


# --- in a notebook


@pytest.fixture
def shell():
    before = builtins.__import__
    made = InteractiveShell()
    yield made
    builtins.__import__ = before


def run_all(shell, made, until=None):
    """Run a notebook's cells as Jupyter does; the first error, or None."""
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            result = shell.run_cell("".join(cell["source"]), store_history=True, silent=False)
            error = result.error_before_exec or result.error_in_exec
            if error:
                return error
    return None


@pytest.fixture(scope="module")
def released():
    assignment = source.load("perceptron", "public")
    return json.loads(prove.submission(assignment, prove.reference(assignment)))


def cell(made, name):
    return next(
        c for c in made["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


class TestNotebook:
    def test_as_it_was_handed_out_nothing_is_refused(self, shell, released):
        assert run_all(shell, released) is None

    @pytest.mark.parametrize("name", ["setup", "predict-sign", "four-points"])
    def test_a_changed_locked_cell_is_refused_until_it_is_as_it_was(self, shell, released, name):
        made = json.loads(json.dumps(released))
        source = "".join(cell(made, name)["source"])
        cell(made, name)["source"] = f"import math\n{source}"
        error = run_all(shell, made)
        assert isinstance(error, ValueError)
        assert f"the locked cell {name} was changed" in str(error)
        cell(made, name)["source"] = source + "\n\n"
        assert run_all(shell, made) is None

    @pytest.mark.parametrize(
        ("line", "where"),
        [
            ("import torch", "before"), ("from torch import nn", "after"), ("import lstm_lab.models", "before"),
            ("from lstm_lab.models import Perceptron", "after"), ("from lstm_lab import models", "after"),
            ("def predict(w, X):\n    import pandas", "in"), ("import my_own_helpers", "after"),
        ],
    )  # fmt: skip
    def test_an_import_that_is_closed_is_refused_with_the_graders_words(
        self, shell, released, line, where
    ):
        made = json.loads(json.dumps(released))
        if where == "in":
            cell(made, "predict")["source"] = line
        else:
            at = made["cells"].index(cell(made, "setup")) + (where == "after")
            made["cells"].insert(at, {"cell_type": "code", "source": line, "metadata": {}})
        pytest.importorskip("torch")
        error = run_all(shell, made)
        assert isinstance(error, ModuleNotFoundError)
        top = {"from lstm_lab import models": "lstm_lab.models"}.get(
            line, line.split()[-1] if where != "in" else "pandas"
        )
        top = {"nn": "torch", "Perceptron": "lstm_lab.models"}.get(top, top)
        if line == "import lstm_lab.models":  # this process has imported other parts, too
            top = str(error).partition(" ")[0]
        assert str(error) == wire.closed(top)

    @pytest.mark.parametrize(
        "line", ["import math", "from collections import abc", "import matplotlib.pyplot as plt", "import PIL.Image",
                 "from lstm_lab.check import here", "from lstm_lab import check", "import IPython"],
    )  # fmt: skip
    def test_what_the_assignment_opens_is_not(self, shell, released, line):
        made = json.loads(json.dumps(released))
        at = made["cells"].index(cell(made, "setup")) + 1
        made["cells"].insert(at, {"cell_type": "code", "source": line, "metadata": {}})
        assert run_all(shell, made) is None

    def test_packages_still_import_what_they_like(self, shell, released):
        run_all(shell, released)
        result = shell.run_cell(
            "import matplotlib.dates\nimport importlib\nimportlib.import_module('yaml')"
        )
        assert result.success


CAST = '''
def change(got):
    from collections import OrderedDict
    from fractions import Fraction
    if isinstance(got, dict):
        return OrderedDict((np.str_(k), change(v)) for k, v in got.items())
    if isinstance(got, tuple):
        return [change(v) for v in got]
    if isinstance(got, list):
        return tuple(change(v) for v in got)
    if isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.ndim:
        return got.astype(np.longdouble)
    return Fraction(float(got)) if isinstance(got, float) else got

depth = [0]

def _other(f):
    """What the notebook's own functions give each other stays as it is."""
    def call(*args, **kwargs):
        depth[0] += 1
        try:
            got = f(*args, **kwargs)
        finally:
            depth[0] -= 1
        return got if depth[0] else change(got)
    return call
'''


class TestBoth:
    """A right answer of another type has all points; a refused one loses them with the words of `here`."""

    def graded(self, name, bodies):
        assignment = source.load(name, "public")
        content = prove.submission(assignment, prove.reference(assignment) | bodies)
        return grade.grade(grade.sheet(assignment), intake.HandIn("ann", "a", content))

    def test_types_that_are_natural_have_all_points(self, working_box):
        for name in source.folders():
            assignment = source.load(name, "public")
            answers = prove.reference(assignment)
            bodies = {}
            for each in assignment.of("answer"):
                functions = re.findall(r"^def (\w+)", answers[each.name], re.M)
                wrapped = "".join(f"\n{f} = _other({f})" for f in functions)
                bodies[each.name] = f"{'' if bodies else CAST}\n{answers[each.name]}\n{wrapped}\n"
            if name == "vanishing-gradient":
                continue  # trains with what its functions return; its arrays are tried above
            graded = self.graded(name, bodies)
            assert [f"{name} {t.name}: {t.message}" for t in graded.tests if not t.right] == []

    def test_one_that_is_refused_is_refused_with_the_words_of_here(self, working_box):
        graded = self.graded(
            "perceptron", {"bound": "def bound(X, y, u):\n    return map(str, [1])"}
        )
        lost = [t.message for t in graded.tests if not t.right]
        with pytest.raises(TypeError) as here:
            check.here({"bound": lambda: map(str, [1])}).bound()
        assert lost == [str(here.value)]
