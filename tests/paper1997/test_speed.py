"""The speeds are measured, not assumed."""

import pytest

from lstm_lab.paper1997 import spec, speed


def test_the_engine_is_far_ahead_of_torch_at_batch_1():
    figures = speed.speed(repeats=2)
    assert figures["engine_vs_torch_lstm"] > 50  # unloaded: past 800; see speed.py
    assert figures["engine_vs_autograd_loop"] > figures["engine_vs_torch_lstm"]
    assert figures["engine_alone_us_per_step"] > figures["engine_us_per_step"]
    assert figures["engine_vs_numpy"] == pytest.approx(
        figures["numpy_us_per_step"] / figures["engine_us_per_step"]
    )


def test_a_group_of_trials_needs_megabytes_not_more():
    assert all(speed.state_bytes(name) < 40e6 for name in spec.ROWS)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="repeats"):
        speed.speed(repeats=0)
    with pytest.raises(ValueError, match="length"):
        speed.speed(length=10)
