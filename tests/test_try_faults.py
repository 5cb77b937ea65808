"""The list of deliberate faults, and the tool that puts them in."""

from __future__ import annotations

from pathlib import Path

import pytest
import try_faults

ROOT = Path(__file__).resolve().parents[1]
CODE = "def double(x):\n    return 2 * x\n"
TESTS = {
    "good": "from code_of_ours import double\n\ndef test_it():\n    assert double(2) == 4\n",
    "blind": "from code_of_ours import double\n\ndef test_it():\n    assert double(0) == 0\n",
    "broken": "def test_it():\n    assert 1 + 1 == 3\n",
}


def fault(tests: str, **changes: str) -> try_faults.Fault:
    parts = {"file": "code_of_ours.py", "find": "2 * x", "replace": "3 * x", **changes}
    return try_faults.Fault("a-fault", tests=f"test_{tests}.py", **parts)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "code_of_ours.py").write_text(CODE)
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--weekly', action='store_true')\n"
    )
    for name, text in TESTS.items():
        (tmp_path / f"test_{name}.py").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("tests", "outcome"),
    [("good", "caught"), ("blind", "SURVIVED"), ("broken", "its tests fail without it")],
)
def test_a_fault_is_caught_or_not_and_taken_out_again(copy, tests, outcome):
    assert try_faults.try_one(copy, fault(tests)).startswith(outcome)
    assert (copy / "code_of_ours.py").read_text() == CODE


def test_a_fault_that_is_nowhere_or_in_two_places_is_named(copy):
    assert "holds 'y' 0 times" in try_faults.try_one(copy, fault("good", find="y"))
    assert "holds 'x' 2 times" in try_faults.try_one(copy, fault("good", find="x"))


def test_every_fault_of_the_list_has_its_place_and_its_tests():
    listed = try_faults.faults()
    assert len(listed) >= 40
    assert try_faults.stale(ROOT, listed) == []
