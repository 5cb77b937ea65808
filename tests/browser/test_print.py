"""On paper every fold is open but the code behind a figure and what computes; nothing is there to be pressed."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PRINTED = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().height > 2;
  const code = (fold) => fold.matches(".hide.above-input, .lab-more, .lab-exact, .lab-numbers");
  const folds = [...document.querySelectorAll("details")];
  const named = (all) => all.map((one) => one.outerHTML.slice(0, 80));
  const boxes = [...document.querySelectorAll("pre, .cell_input")];
  return {
    shut: named(folds.filter((fold) => !code(fold) && ![...fold.children].slice(1).every(seen))),
    bars: named(folds.filter((fold) => code(fold) && seen(fold))),
    answers: [...document.querySelectorAll(".solution :is(p, pre)")].map(seen),
    pressed: named([...document.querySelectorAll("button, input, select, summary, .headerlink, nav, #jb-print-toc")]
      .filter((one) => !one.matches(".sd-dropdown > summary") && seen(one))),
    told: document.body.innerText.match(/Click to (show|hide)/g),
    empty: named(boxes.filter((one) => seen(one) && !one.innerText.trim())),
  };
}"""


@pytest.mark.parametrize("name", ["06-vanishing-gradient", "03-hidden-units"])
def test_a_printed_chapter_is_whole_and_holds_no_buttons(browser, built_book, name):
    page = browser.new_page(viewport={"width": 720, "height": 1000})
    page.emulate_media(media="print")
    page.goto((built_book / "chapters" / f"{name}.html").as_uri())
    found = page.evaluate(PRINTED)
    page.close()
    answers = found.pop("answers")
    assert len(answers) > 3
    assert all(answers)
    assert found == {"shut": [], "bars": [], "pressed": [], "told": None, "empty": []}
