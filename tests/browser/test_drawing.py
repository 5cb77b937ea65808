"""What `explore.js` draws: what moves looks as if all were drawn anew, and nothing is drawn twice."""

from __future__ import annotations

import pytest
from visits import UNVEILED

from lstm_lab.bench.sliders import moved
from lstm_lab.chapters import explorers

pytestmark = pytest.mark.browser

# Counts the kinds of drawing while a slider moves, and compares each quick one with a drawing of everything.
MOVE = """async ([root, moves]) => {
  const plot = root.querySelector(".lab-plot");
  const { animate, react } = Plotly;
  const counts = { quick: 0, whole: 0, unlike: [] };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const painted = () => frame().then(frame).then(() => new Promise((done) => setTimeout(done, 10)));
  const again = async () => {
    await react(plot, plot.data.map((trace) => ({ ...trace })), { ...plot.layout, datarevision: Math.random() });
    await painted();
  };
  // Marks that Plotly draws anew at each drawing, and empty places of texts without a letter.
  const passing = / trace[0-9a-f]{6}"|<g class="textpoint"[^>]*><\\/g>/g;
  const picture = () => plot.innerHTML.replace(passing, "");
  let quick = false;
  Plotly.animate = (...given) => { counts.quick += 1; quick = true; return animate.apply(Plotly, given); };
  Plotly.react = (...given) => { counts.whole += 1; return react.apply(Plotly, given); };
  await again();
  await again();
  for (const slider of root.querySelectorAll(".lab-control:not([hidden]) input[type=range]")) {
    for (let move = 0; move < moves; move += 1) {
      quick = false;
      slider.value = String((Number(slider.value) + 1 + move) % (Number(slider.max) + 1));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await painted();
      if (!quick) continue;
      const moved = picture();
      await again();
      if (moved !== picture()) counts.unlike.push(slider.name);
    }
  }
  Object.assign(Plotly, { animate, react });
  return counts;
}"""

SLIDING = [
    name
    for name in explorers.EXPLORERS
    if any(control.kind == "range" for control in explorers.show(name).controls.values())
]
QUICK = ("gradient-flow", "xor-unit", "perceptron-line", "memory-cell", "hidden-space")


@pytest.fixture(scope="module")
def opened(browser, built_book):
    """The page on which an explorer stands, at that explorer."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})

    def explorer(name):
        here = page.locator(f'[data-explorer="{name}"]')
        if page.url == "about:blank" or here.count() == 0:
            file = next(
                f
                for f in [*built_book.glob("*.html"), *built_book.glob("chapters/*.html")]
                if f'data-explorer="{name}"' in f.read_text("utf-8")
            )
            page.goto(file.as_uri() + UNVEILED)
        here.scroll_into_view_if_needed()
        here.and_(page.locator("[data-ready]")).wait_for()
        return page, here

    yield explorer
    page.close()


@pytest.mark.parametrize("name", SLIDING)
def test_what_is_moved_is_as_if_all_were_drawn(name, opened):
    page, root = opened(name)
    counts = page.evaluate(MOVE, [root.element_handle(), 3])
    assert counts["unlike"] == []
    if name in QUICK:
        assert counts["quick"] > 0


def test_the_same_state_is_not_drawn_twice(opened):
    page, root = opened("gradient-flow")
    drawn = page.evaluate(
        """async (root) => {
          const { animate, react } = Plotly;
          let drawn = 0;
          Plotly.animate = (...given) => { drawn += 1; return animate.apply(Plotly, given); };
          Plotly.react = (...given) => { drawn += 1; return react.apply(Plotly, given); };
          const slider = root.querySelector('[name="recurrent_scale"]');
          const frames = () => new Promise((done) => setTimeout(done, 300));
          const press = () => slider.dispatchEvent(new Event("input", { bubbles: true }));
          const counts = [];
          slider.value = String(Number(slider.value) === 0 ? 1 : 0);
          for (const again of [1, 1, 20]) {
            drawn = 0;
            for (let i = 0; i < again; i += 1) press();
            await frames();
            counts.push(drawn);
          }
          drawn = 0;
          for (let i = 0; i < 10; i += 1) {
            slider.value = String((Number(slider.value) + 1) % (Number(slider.max) + 1));
            press();
          }
          await frames();
          Object.assign(Plotly, { animate, react });
          return [...counts, drawn];
        }""",
        root.element_handle(),
    )
    assert drawn[1:3] == [0, 0]
    assert drawn[0] in (1, 2)
    assert drawn[3] <= 4  # ten moves within a frame: the first, and the last


def test_the_bench_times_every_move_of_a_slider(browser, built_book):
    measured = list(moved(browser, built_book, only="gradient-flow", moves=3))
    assert {one.slider for one in measured} == {"sequence_length", "recurrent_scale"}
    assert all(len(one.times) == 3 and min(one.times) > 0 and one.busy > 1 for one in measured)
