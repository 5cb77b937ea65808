import json
from dataclasses import asdict

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch07.experiments import carousel

SMALL = carousel.CarouselSettings(
    gate_cells=(1,),
    gate_updates=25,
    abuse_updates=25,
    abuse_rates=(0.01,),
    drift_length=10,
    drift_updates=25,
    product_lengths=(6,),
    product_updates=25,
    seeds=1,
    batch=4,
    test_sequences=20,
)


def test_store_and_tell_asks_for_the_stored_value_once():
    line = next(carousel.store_and_tell(np.random.default_rng(0), 12, 50))
    assert line.x.shape == (12, 50, 3)
    assert line.error_mask.all()
    values, stored, asked = np.moveaxis(line.x, -1, 0)
    assert set(np.unique(values)) == {-1.0, 1.0}
    np.testing.assert_array_equal(stored.sum(axis=0), 1)
    np.testing.assert_array_equal(asked.sum(axis=0), 1)
    assert not stored[4:].any()
    assert not asked[:8].any()
    kept = (values * stored).sum(axis=0)
    np.testing.assert_array_equal(line.target[..., 0], asked * kept)


def test_the_other_tasks_ask_at_the_end():
    rng = np.random.default_rng(1)
    line = next(carousel.around_a_constant(rng, 9, 30))
    kept = (line.x[..., 0] * line.x[..., 1]).sum(axis=0)
    np.testing.assert_allclose(line.target[-1, :, 0], 0.5 + 0.3 * kept)
    line = next(carousel.product_of_two(rng, 9, 30))
    np.testing.assert_array_equal(line.x[..., 1].sum(axis=0), 2)
    marked = np.where(line.x[..., 1] == 1, line.x[..., 0], 1.0).prod(axis=0)
    np.testing.assert_array_equal(line.target[-1, :, 0], marked)
    line = next(carousel.one_sided(rng, 100, 200))
    np.testing.assert_array_equal(
        line.target[-1, :, 0], (line.x[..., 0] * line.x[..., 1]).sum(axis=0)
    )
    others = line.x[..., 0][line.x[..., 1] == 0]
    assert others.mean() == pytest.approx(1.0, abs=0.02)
    assert others.std() == pytest.approx(0.5, abs=0.02)
    assert np.flatnonzero(line.error_mask).tolist() == [99]


def test_sequences_of_a_stream_do_not_share_memory():
    stream = carousel.store_and_tell(np.random.default_rng(2))
    first = next(stream)
    before = first.x.copy()
    next(stream)
    np.testing.assert_array_equal(first.x, before)


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="length must be"):
        carousel.store_and_tell(np.random.default_rng(0), 2)
    with pytest.raises(ValueError, match="std must be"):
        carousel.one_sided(np.random.default_rng(0), std=-1.0)


def test_a_gate_that_is_held_open_stays_open_through_training():
    network = carousel.gated(3, 2, ("input_gate",), np.random.default_rng(0))
    stream = carousel.store_and_tell(np.random.default_rng(1))
    carousel.train(network, stream, carousel.Adam(0.01), 30, clip=1.0)
    trace = network.model.forward(next(stream).x)
    assert trace.output_gate.min() > 1 - 1e-10
    assert trace.input_gate.min() < 0.9


def test_contributions_are_mean_and_spread_of_what_cells_add():
    network = carousel.gated(3, 2, ("input_gate", "output_gate"), np.random.default_rng(0))
    x = next(carousel.store_and_tell(np.random.default_rng(1), batch=300)).x
    constant, varying = carousel.contributions(network, x)
    network.readout.parameters["weights"] *= -2.0
    doubled = carousel.contributions(network, x)
    np.testing.assert_allclose(doubled, [2 * constant, 2 * varying])
    assert (varying > 0).all()


@pytest.mark.parametrize("place", [3, 12])
def test_a_recorded_trial_can_be_made_again(place):
    recorded = experiments.load("carousel")["trials"][place]
    keys = {"gates": ("cells", "gates", "seed"), "abuse": ("biases", "rate", "seed")}
    key = [recorded[name] for name in keys[recorded["experiment"]]]
    again = carousel.carousel_trial(carousel.CarouselSettings(), [recorded["experiment"], *key])
    assert again["updates"] == recorded["updates"]
    assert again["right"] == pytest.approx(recorded["right"], abs=0.01)


def test_the_record_was_made_with_the_settings_in_the_code():
    settings = json.loads(json.dumps(asdict(carousel.CarouselSettings())))
    assert experiments.load("carousel")["settings"] == settings


def test_a_run_records_every_trial(tmp_path):
    said = carousel.run(tmp_path, jobs=1, settings=SMALL)
    result = json.loads((tmp_path / "carousel.json").read_text())
    counts = {}
    for trial in result["trials"]:
        counts[trial["experiment"]] = counts.get(trial["experiment"], 0) + 1
    assert counts == {"gates": 4, "abuse": 3, "drift": 8, "product": 2}
    assert said.startswith("carousel: ")
    gates = [trial for trial in result["trials"] if trial["experiment"] == "gates"]
    assert all(0 <= trial["right"] <= trial["told"] <= trial["sign"] <= 1 for trial in gates)
