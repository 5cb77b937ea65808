import json
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bookbuild.unpacked import unpack
from lstm_lab.interact.pack import LONG, pack

FINITE = st.floats(-1e6, 1e6) | st.just(float("nan"))


def state(packed, key):
    figure = json.loads(json.dumps(packed["template"]))
    for leaf in packed["leaves"]:
        place = figure
        for step in leaf["path"][:-1]:
            place = place[step] if isinstance(step, int) else place.setdefault(step, {})
        value = leaf["values"][leaf["index"][packed["keys"].index(key)]]
        if value is not None:
            place[leaf["path"][-1]] = value
    return figure


@given(st.lists(arrays(float, st.integers(1, 30), elements=FINITE), min_size=2, max_size=6))
def test_every_array_comes_back_within_the_stated_precision(curves):
    keys = [str(place) for place in range(len(curves))]
    figures = [{"data": [{"type": "scatter", "y": curve}], "layout": {}} for curve in curves]
    packed = pack(figures, keys)
    allowed = packed.precision.get("data.0.y", 0.0) * (1 + 1e-9) + 1e-9
    for key, curve in zip(keys, curves, strict=True):
        drawn = np.array(state(unpack(packed.text), key)["data"][0]["y"], dtype=float)
        np.testing.assert_array_equal(np.isnan(drawn), np.isnan(curve))
        np.testing.assert_allclose(drawn, curve, rtol=0, atol=allowed)


@given(
    arrays(float, st.tuples(st.integers(1, 8), st.integers(1, 20)), elements=FINITE),
    st.integers(1, 4),
    st.sampled_from("yz"),
)
def test_a_matrix_comes_back_in_every_state_changing_or_not(first, states, name):
    maps = [first * (1 + k // 2) for k in range(states)]
    keys = [str(place) for place in range(states)]
    packed = pack([{"data": [{name: one}], "layout": {}} for one in maps], keys)
    allowed = packed.precision.get(f"data.0.{name}", 0.0) * (1 + 1e-9) + 1e-9
    for key, wanted in zip(keys, maps, strict=True):
        drawn = np.array(state(unpack(packed.text), key)["data"][0][name], dtype=float)
        np.testing.assert_array_equal(np.isnan(drawn), np.isnan(wanted))
        np.testing.assert_allclose(drawn, wanted, rtol=0, atol=allowed)


@given(
    st.lists(st.integers(-500, 500), min_size=LONG + 1, max_size=80),
    st.sampled_from([0.5, 0.1, 0.01, 1.0]),
)
def test_a_long_array_that_never_changes_keeps_its_round_values(numbers, unit):
    curve = np.array(numbers) * unit
    packed = pack([{"data": [{"y": curve}], "layout": {}}], [""])
    drawn = state(unpack(packed.text), "")["data"][0]["y"]
    np.testing.assert_allclose(drawn, curve, rtol=0, atol=1e-9)


def test_a_long_array_that_never_changes_is_packed_and_smaller():
    noise = np.random.default_rng(0).random(500)
    packed = pack([{"data": [{"y": noise}], "layout": {}}], [""])
    as_text = len(zlib.compress(json.dumps(noise.tolist()).encode(), 9))
    assert 0 < packed.precision["data.0.y"] <= 1 / 2046
    assert packed.size < 0.3 * as_text


def test_what_is_as_in_the_state_before_costs_little():
    noise = np.random.default_rng(0).random((20, 12, 40))
    still = [{"data": [{"z": noise[0] + 0.001 * k}], "layout": {}} for k in range(20)]
    other = [{"data": [{"z": noise[k]}], "layout": {}} for k in range(20)]
    keys = [str(k) for k in range(20)]
    packed = pack(still, keys)
    assert unpack(packed.text)["leaves"][0]["lag"] == 480
    assert packed.size < 0.3 * pack(other, keys).size


def test_whole_numbers_come_back_exactly():
    figures = [{"data": [{"x": np.arange(5) * k}], "layout": {}} for k in (1, 2)]
    packed = pack(figures, ["a", "b"])
    assert packed.precision == {"data.0.x": 0.0}
    assert state(unpack(packed.text), "b")["data"][0]["x"].tolist() == [0, 2, 4, 6, 8]


def test_a_short_array_that_never_changes_stands_in_the_template_unrounded():
    figures = [{"data": [{"x": [0.1, 0.2, 0.3], "y": [k, k]}], "layout": {}} for k in (1, 2)]
    packed = unpack(pack(figures, ["a", "b"]).text)
    assert packed["template"]["data"][0]["x"] == [0.1, 0.2, 0.3]
    assert [leaf["path"] for leaf in packed["leaves"]] == [["data", 0, "y"]]


def test_texts_gaps_matrices_and_missing_leaves():
    figures = [
        {"data": [{"z": [[1.5, 2.5], [3.5, None]], "name": "one"}], "layout": {"title": "A"}},
        {"data": [{"z": [[1.5, 2.5]], "name": "two"}], "layout": {}},
    ]
    packed = unpack(pack(figures, ["a", "b"]).text)
    first, second = state(packed, "a"), state(packed, "b")
    assert first["data"][0]["name"] == "one"
    assert first["data"][0]["z"].shape == (2, 2)
    assert np.isnan(first["data"][0]["z"][1, 1])
    assert second["data"][0]["z"].shape == (1, 2)
    assert first["layout"] == {"title": "A"}
    assert second["layout"] == {}


def test_a_repeated_curve_is_stored_once():
    noise = np.random.default_rng(0).random((2, 2000))
    few = [{"data": [{"y": noise[k % 2]}], "layout": {}} for k in range(50)]
    two = few[:2]
    keys = [str(k) for k in range(50)]
    assert pack(few, keys).size < pack(two, keys[:2]).size + 400


def test_infinity_is_refused_with_its_place():
    figures = [{"data": [{"y": [1.0, k]}], "layout": {}} for k in (2.0, np.inf)]
    with pytest.raises(ValueError, match=r"data\.0\.y must hold finite numbers"):
        pack(figures, ["a", "b"])


def test_states_with_other_traces_are_refused():
    figures = [{"data": [{}] * k, "layout": {}} for k in (1, 2)]
    with pytest.raises(ValueError, match="got 1 in the first and 2 in state b"):
        pack(figures, ["a", "b"])


def test_the_colours_of_a_heatmap_are_packed_in_as_many_steps_as_an_eye_tells_apart():
    figures = [
        {"data": [{"type": "heatmap", "z": np.linspace(0, end, 6).reshape(2, 3)}], "layout": {}}
        for end in (0.5, 1.0)
    ]
    packed = pack(figures, ["0", "1"])
    assert packed.precision["data.0.z"] == pytest.approx(1 / 254 / 2)
    drawn = np.array(state(unpack(packed.text), "1")["data"][0]["z"])
    assert np.abs(drawn - figures[1]["data"][0]["z"]).max() <= 1 / 254 / 2 + 1e-12


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12))
def test_every_state_finds_its_own_value_in_whatever_order_they_come(order):
    keys = [str(place) for place in range(len(order))]
    figures = [{"data": [{"y": np.full(40, k)}], "layout": {"title": f"t{k}"}} for k in order]
    packed = unpack(pack(figures, keys).text)
    for key, k in zip(keys, order, strict=True):
        came = state(packed, key)
        assert came["layout"]["title"] == f"t{k}"
        assert set(came["data"][0]["y"]) == {k}
