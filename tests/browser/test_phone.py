"""On a phone: a figure and what moves it are seen together."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

SCREEN = 780  # of a phone of 844, beside the browser's own bars


@pytest.mark.devices("phone")
def test_an_explorer_fits_on_one_screen(record):
    assert [(name, height) for name, height in record["heights"] if height > SCREEN] == []
