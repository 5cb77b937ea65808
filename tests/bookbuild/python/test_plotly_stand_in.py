import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from first_states import figures

from bookbuild.python import page_bundle, plotly_stand_in
from lstm_lab.chapters.explorers import EXPLORERS
from lstm_lab.interact.static import decoded

TESTS = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def drawn_by_the_stand_in(tmp_path_factory):
    """What the explorers draw in a Python in which `plotly` is the stand-in."""
    folder = tmp_path_factory.mktemp("stand-ins")
    for name, content in page_bundle.stand_ins().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    paths = os.pathsep.join(map(str, [folder, TESTS.parent]))
    run = subprocess.run(
        [sys.executable, TESTS / "first_states.py"],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def drawn_by_plotly():
    return {name: plotly_stand_in.plain(decoded(content)) for name, content in figures()}


@pytest.mark.slow
@pytest.mark.xdist_group("stand-in")  # all are drawn at once, by one process
@pytest.mark.parametrize("name", sorted(EXPLORERS))
def test_the_first_state_is_that_of_the_real_plotly(name, drawn_by_the_stand_in, drawn_by_plotly):
    assert drawn_by_the_stand_in[name] == drawn_by_plotly[name]


def test_underscores_lead_into_parts_and_none_says_nothing():
    trace = plotly_stand_in.Scatter(
        x=[1], line_color="red", line={"width": 2}, name=None, error_y_array=[1]
    )
    assert trace.to_plotly_json() == {
        "type": "scatter",
        "x": [1],
        "line": {"color": "red", "width": 2},
        "error_y": {"array": [1]},
    }


def test_a_title_given_as_text_is_one_that_plotly_js_shows():
    figure = plotly_stand_in.Figure([], {"xaxis": {"title": "lag"}}).update_layout(
        yaxis_title="loss"
    )
    assert figure.to_plotly_json()["layout"] == {
        "xaxis": {"title": {"text": "lag"}},
        "yaxis": {"title": {"text": "loss"}},
    }


def test_what_is_no_number_is_a_gap():
    values = np.array([1.0, np.nan, np.inf])
    assert plotly_stand_in.plain({"y": values, "n": np.int64(3)}) == {
        "y": [1.0, None, None],
        "n": 3,
    }


def test_a_part_is_read_and_written_by_attribute():
    figure = plotly_stand_in.Figure([plotly_stand_in.Bar(y=[1])])
    figure.layout.meta = {"my_summary": "A bar."}
    assert figure.layout.meta == {"my_summary": "A bar."}
    assert figure.layout.height is None
    assert figure.data[0].type == "bar"
