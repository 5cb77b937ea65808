"""The named explorers are found one by one, and those of one chapter need nothing of another's."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lstm_lab.chapters import explorers, parts

WITHOUT = """
import sys
sys.modules["numba"] = None
from lstm_lab.chapters import explorers
print(explorers.show("{name}").name)
"""


def shown_without_numba(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT.format(name=name)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_name_is_looked_up_in_every_chapter():
    assert explorers.show("gradient-flow").name == "gradient-flow"
    assert set(explorers.EXPLORERS) > {"gradient-flow", "timeline"}
    assert parts("explorers") == sorted(parts("explorers"))


@pytest.mark.parametrize(("name", "error"), [("gradient", ValueError), (6, TypeError)])
def test_an_unknown_name_is_refused_with_all_that_there_are(name, error):
    with pytest.raises(error, match=r"name must be one of .*'gradient-flow'.*'timeline'"):
        explorers.show(name)


def test_a_chapter_needs_no_package_of_another():
    assert shown_without_numba("timeline").stdout == "timeline\n"


def test_what_does_need_the_package_says_so():
    done = shown_without_numba("learning-curve-1997")
    assert done.returncode != 0
    assert "ModuleNotFoundError" in done.stderr
    assert "numba" in done.stderr
