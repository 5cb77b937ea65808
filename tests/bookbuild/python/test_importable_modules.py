import ast

import pytest

from bookbuild.python import importable_modules


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("json", None),
        ("numpy.linalg", None),
        ("sqlite3", "sqlite3"),
        ("torch.nn", "torch"),
        ("lstm_lab.models", None),
        ("lstm_lab.twins", "torch"),
        ("lstm_lab.paper1997.runner.run", "numba"),
    ],
)
def test_what_a_module_lacks_in_the_page(module, missing):
    assert importable_modules.missing_package(module) == missing


def test_only_what_is_imported_at_once_counts():
    code = """
import json
from typing import TYPE_CHECKING
from . import sibling
if TYPE_CHECKING:
    import torch
try:
    import numba
except ImportError:
    numba = None
def later():
    import sklearn
class Now:
    import math
"""
    found = set(importable_modules.imported_at_once(ast.parse(code), "package"))
    assert found == {"json", "typing", "package", "math"}


def test_every_module_that_the_page_can_import_is_found():
    names = importable_modules.modules()
    assert "lstm_lab.models.lstm" in names
    assert "lstm_lab" in names
    assert not any(name.startswith("lstm_lab.bench") for name in names)
