"""The label at the mouse says in words what a point is."""

from __future__ import annotations

import pytest
from visits import UNVEILED

pytestmark = pytest.mark.browser

POINT = """plot => {
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  const trace = plot.data.find((one) => one.mode?.includes("markers") && one.visible !== false && one.name);
  const place = trace.x.length - 1;
  return {
    name: trace.name,
    x: left + xaxis._offset + xaxis.d2p(trace.x[place]),
    y: top + yaxis._offset + yaxis.d2p(trace.y[place]),
    value: trace.y[place],
  };
}"""


def label_at_a_point(page, name):
    root = page.locator(f'[data-explorer="{name}"]')
    root.scroll_into_view_if_needed()
    page.locator(f'[data-explorer="{name}"][data-ready]').wait_for()
    plot = root.locator(".lab-plot")
    plot.scroll_into_view_if_needed()
    point = plot.evaluate(POINT)
    page.mouse.move(point["x"] - 3, point["y"])
    page.mouse.move(point["x"], point["y"])
    label = root.locator(".hovertext")
    label.first.wait_for()
    return point, label.first.text_content()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def test_a_point_is_named_with_the_names_of_its_axes(page, built_book):
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri() + UNVEILED)
    point, said = label_at_a_point(page, "one-unit")
    assert said.startswith(point["name"])
    assert "lag: steps back from the end: " in said
    assert "size: 10" in said
    assert not said.startswith("(")


def test_a_label_that_a_figure_gives_itself_stays(page, built_book):
    page.goto((built_book / "index.html").as_uri())
    traces = page.evaluate(
        """lstmLab.withLabels([{ hovertemplate: "own" }, { hoverinfo: "skip" }, { type: "heatmap" }, { name: "a" }],
             { xaxis: { title: { text: "step" } }, yaxis: { ticktext: ["1", "10<sup>3</sup>"] } })"""
    )
    assert [trace.get("hovertemplate") for trace in traces] == [
        "own", None, None, "<b>a</b><br>step: %{x}<br>10<sup>%{y:.1f}</sup><extra></extra>"
    ]  # fmt: skip
