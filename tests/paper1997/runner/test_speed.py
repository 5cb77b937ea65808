"""The speeds are measured, not assumed."""

import pytest

from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.runner import speed


def test_every_competitor_is_timed_and_the_ratios_are_theirs():
    figures = speed.speed(repeats=1)
    assert all(value > 0 for value in figures.values())
    for name in ("torch_lstm", "autograd_loop", "numpy"):
        assert figures[f"engine_vs_{name}"] == pytest.approx(
            figures[f"{name}_us_per_step"] / figures["engine_us_per_step"]
        )


def test_growth_is_timed_for_cells_and_for_length():
    grown = speed.growth(repeats=1)
    assert list(grown) == ["cells", "length"]
    assert all(time > 0 for times in grown.values() for time in times.values())


def test_a_group_of_trials_needs_megabytes_not_more():
    assert all(speed.state_bytes(name) < 40e6 for name in spec.ROWS)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="repeats"):
        speed.speed(repeats=0)
    with pytest.raises(ValueError, match="length"):
        speed.speed(length=10)
