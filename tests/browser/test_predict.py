"""Predictions on a page: veiled until one has answered, by mouse, keys or touch; remembered; plain without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from visits import COVERED, CUT, DESKTOP, FOLLOWS, PHONE, UNVEILED, VIOLATIONS, WIDER

pytestmark = pytest.mark.browser

DRAWN, CHOSEN = "weight-above-four", "by-name"
FIGURES = {DRAWN: "one-unit", CHOSEN: "gradient-flow"}
VEILED = "() => document.querySelectorAll('[data-veiled]').length"
# Marks of the plot that can be seen: lines, points, bars.
SEEN = """plot => [...plot.querySelectorAll(".trace, .legend, .annotation, svg[aria-labelledby]")]
  .filter((mark) => mark.checkVisibility({ visibilityProperty: true, opacityProperty: true })).length"""
NO_STORAGE = """for (const name of ["getItem", "setItem", "removeItem"]) {
  const before = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...more) {
    if (key.startsWith("lab:")) throw new Error("no storage here");
    return before.call(this, key, ...more);
  };
}"""


@pytest.fixture
def chapter(built_book):
    return (built_book / "chapters" / "06-vanishing-gradient.html").as_uri()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport=DESKTOP)
    opened = context.new_page()
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def box(page, name):
    return page.locator(f'form[data-predict="{name}"]')


def figure(page, name):
    return page.locator(f'[data-explorer="{FIGURES[name]}"]')


def to_draw_on(page, name=DRAWN):
    """The surface over a figure, when it is drawn."""
    root = figure(page, name)
    root.scroll_into_view_if_needed()
    root.and_(page.locator("[data-ready]")).wait_for()
    surface = root.locator(".lab-surface")
    surface.scroll_into_view_if_needed()
    return surface


def pull(page, surface, heights):
    """Draw with the mouse from left to right, at heights from 0 (top) to 1."""
    place = surface.bounding_box()
    for i, height in enumerate(heights):
        x = place["x"] + 1 + (place["width"] - 2) * i / (len(heights) - 1)
        page.mouse.move(x, place["y"] + height * place["height"])
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def verdict(page, name):
    return box(page, name).locator(".lab-verdict").inner_text()


def answer_is_open(page, name):
    return page.evaluate(
        f"""document.querySelector('form[data-predict="{name}"] + .lab-guarded > details').open"""
    )


def test_all_down_to_the_answer_is_veiled_and_one_choice_opens_it(page, chapter):
    page.goto(chapter)
    root = figure(page, CHOSEN)
    assert root.get_attribute("data-veiled") == "choice"
    assert not root.is_visible()
    guarded = page.locator(f'form[data-predict="{CHOSEN}"] + .lab-guarded')
    assert guarded.inner_text().strip() == "The figure is veiled until you have answered."
    box(page, CHOSEN).locator('button[name="commit"]').click()
    assert "Choose one first" in verdict(page, CHOSEN)
    assert not root.is_visible()
    box(page, CHOSEN).get_by_label("It grows.").check()
    box(page, CHOSEN).locator('button[name="commit"]').click()
    assert root.is_visible()
    assert root.get_attribute("data-veiled") is None
    assert verdict(page, CHOSEN) == "What came out: It falls about as fast as that of the tanh RNN."
    assert answer_is_open(page, CHOSEN)
    assert figure(page, DRAWN).get_attribute("data-veiled") == "draw"


def test_the_right_choice_is_called_right_and_another_is_told_what_it_overlooks(page, chapter):
    page.goto(chapter)
    form = box(page, CHOSEN)
    form.get_by_label("It stays about level").check()
    form.locator('button[name="commit"]').click()
    told = form.locator(".lab-choice").first.locator(".lab-told")
    assert told.is_visible()
    form.locator('button[name="again"]').click()
    assert not told.is_visible()
    assert not figure(page, CHOSEN).is_visible()
    form.get_by_label("It falls about as fast").check()
    form.locator('button[name="commit"]').click()
    assert verdict(page, CHOSEN) == "That is what came out."
    assert not told.is_visible()


def test_a_curve_is_drawn_by_mouse_and_measured_against_the_figure(page, chapter):
    page.goto(chapter)
    surface = to_draw_on(page)
    plot = figure(page, DRAWN).locator(".lab-plot")
    assert plot.evaluate(SEEN) == 0
    assert not figure(page, DRAWN).locator(".lab-summary").is_visible()
    assert plot.get_attribute("aria-hidden") == "true"
    commit = figure(page, DRAWN).locator('button[name="commit"]')
    assert commit.is_disabled()
    pull(
        page, surface, [1 / 3, 0.4, 0.5, 2 / 3]
    )  # the axis goes from 15 down to -30: 1 stands at a third
    commit.click()
    assert plot.evaluate(SEEN) > 0
    said = verdict(page, DRAWN)
    # The height of two thirds is 10 to the power of -15, to the width of a pixel.
    drawn = float(said.split("you drew ")[1].split(" ×")[0])
    power = said.split("× 10")[1].split(";")[0]
    assert power in ("⁻¹⁵", "⁻¹⁶")
    assert 1 <= drawn < 10
    trace = plot.evaluate(
        "plot => [...plot.data.find((t) => t.name === 'product of the factors so far').y]"
    )
    assert f"{10 ** (trace[-1] % 1):.1f} × 10" in said.split("it is ")[1]
    assert answer_is_open(page, DRAWN)
    assert surface.count() == 0


def test_the_distance_is_the_root_mean_square_in_units_of_the_axis(page, chapter):
    page.goto(chapter)
    pull(page, to_draw_on(page), [1 / 3, 1 / 3])  # level at 1, 10 to the power of 0
    figure(page, DRAWN).locator('button[name="commit"]').click()
    plot = figure(page, DRAWN).locator(".lab-plot")
    trace = plot.evaluate(
        "plot => [...plot.data.find((t) => t.name === 'product of the factors so far').y]"
    )
    off = (sum(value**2 for value in trace) / len(trace)) ** 0.5
    said = float(verdict(page, DRAWN).split("you are ")[1].split(" powers")[0])
    assert said == pytest.approx(off, abs=0.2)


def test_a_curve_stays_over_the_figure_when_controls_are_moved(page, chapter):
    page.goto(chapter)
    pull(page, to_draw_on(page), [0.4, 0.6])
    root = figure(page, DRAWN)
    root.locator('button[name="commit"]').click()
    line = root.locator(".lab-sketch polyline:not(.lab-beside)")
    before = line.get_attribute("points")
    assert before.count(",") > 10
    slider = root.locator('[name="sequence_length"]')
    slider.focus()
    page.keyboard.press("End")  # 50 steps: the axis is longer, so the curve ends further left
    page.wait_for_function(
        "([line, before]) => line.getAttribute('points') !== before",
        arg=[line.element_handle(), before],
    )
    end = float(line.get_attribute("points").split()[-1].split(",")[0])
    assert end == pytest.approx(float(before.split()[-1].split(",")[0]) * 20 / 50, abs=3)


def test_by_keys_alone(page, chapter):
    page.goto(chapter)
    form = box(page, CHOSEN)
    form.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert verdict(page, CHOSEN) == "That is what came out."
    assert page.evaluate("document.activeElement.className") == "lab-verdict"

    surface = to_draw_on(page)
    surface.focus()
    page.keyboard.press("ArrowDown")
    low = float(surface.get_attribute("aria-valuenow"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert float(surface.get_attribute("aria-valuenow")) > low
    page.keyboard.press("ArrowRight")
    assert surface.get_attribute("aria-valuetext").endswith(" at 1")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert surface.get_attribute("aria-valuetext").endswith(" at 20")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "commit"
    page.keyboard.press("Enter")
    assert "you drew" in verdict(page, DRAWN)


def test_what_is_veiled_takes_no_focus(page, chapter):
    page.goto(chapter)
    assert page.evaluate(VEILED) > 0
    inside = page.evaluate(
        """() => [...document.querySelectorAll(".lab-guarded[data-veiled] :is(a, button, input, select, summary)")]
          .filter((one) => { one.focus(); return document.activeElement === one; }).map((one) => one.name)"""
    )
    assert [name for name in inside if name != "commit"] == []


def test_by_touch_on_a_phone(browser, chapter):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(chapter)
    surface = to_draw_on(page)
    place = surface.bounding_box()
    session = context.new_cdp_session(page)
    for kind, across in (
        ("touchStart", 0.05),
        ("touchMove", 0.5),
        ("touchMove", 0.95),
        ("touchEnd", None),
    ):
        points = (
            []
            if across is None
            else [
                {"x": place["x"] + across * place["width"], "y": place["y"] + 0.5 * place["height"]}
            ]
        )
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    bar = figure(page, DRAWN).locator(".lab-bar button")
    assert bar.is_enabled()
    top = figure(page, DRAWN).bounding_box()["y"]
    bottom = bar.bounding_box()["y"] + bar.bounding_box()["height"]
    assert bottom - top < PHONE["height"] - 64  # the figure and its button fit one screen
    bar.tap()
    assert "you drew" in verdict(page, DRAWN)
    box(page, CHOSEN).get_by_label("It grows.").tap()
    box(page, CHOSEN).locator('button[name="commit"]').tap()
    assert figure(page, CHOSEN).is_visible()
    assert page.evaluate(WIDER) <= 0
    context.close()


def test_what_was_answered_is_there_after_a_reload_and_listed(page, chapter):
    page.goto(chapter)
    pull(page, to_draw_on(page), [0.4, 0.6])
    figure(page, DRAWN).locator('button[name="commit"]').click()
    said = verdict(page, DRAWN)
    box(page, CHOSEN).locator('button[name="reveal"]').click()
    page.reload()
    assert verdict(page, DRAWN) == said
    assert figure(page, CHOSEN).is_visible()
    listed = page.evaluate("labProgress.predicted('06-vanishing-gradient')")
    assert listed == sorted([DRAWN, CHOSEN])
    root = figure(page, DRAWN)
    root.scroll_into_view_if_needed()
    root.and_(page.locator("[data-ready]")).wait_for()
    assert root.locator(".lab-sketch polyline:not(.lab-beside)").get_attribute("points")
    other = box(page, "weights-or-slopes")
    assert other.locator('button[name="reveal"]').is_visible()


def test_an_answer_to_another_question_is_none_to_this(page, chapter):
    page.goto(chapter)
    page.evaluate(
        f"labProgress.predict('06-vanishing-gradient', '{CHOSEN}', {{ asked: 'before', choice: 1 }})"
    )
    page.reload()
    assert not figure(page, CHOSEN).is_visible()


def test_where_nothing_can_be_stored_it_works_as_long_as_the_page(page, chapter):
    page.add_init_script(NO_STORAGE)
    page.goto(chapter)
    box(page, CHOSEN).locator('button[name="reveal"]').click()
    assert figure(page, CHOSEN).is_visible()
    page.reload()
    assert not figure(page, CHOSEN).is_visible()


def test_a_teacher_can_leave_the_veils_away(page, chapter):
    page.goto(chapter + UNVEILED)
    assert page.evaluate(VEILED) == 0
    assert figure(page, CHOSEN).is_visible()
    assert not answer_is_open(page, CHOSEN)
    root = figure(page, DRAWN)
    root.scroll_into_view_if_needed()
    root.and_(page.locator("[data-ready]")).wait_for()
    assert root.locator(".lab-plot").evaluate(SEEN) > 0
    assert page.locator(".lab-surface").count() == 0


def test_a_link_to_a_state_lifts_its_veil_alone(page, chapter):
    page.goto(chapter + "#explorer=gradient-flow&cell=LSTM+1997")
    assert figure(page, CHOSEN).is_visible()
    assert not figure(page, DRAWN).locator(".lab-controls").is_visible()
    page.evaluate("location.hash = 'explorer=one-unit&weight+w=8'")
    root = figure(page, DRAWN)
    root.locator(".lab-controls").wait_for()
    assert root.locator(".lab-surface").count() == 0


def test_without_a_script_there_is_a_plain_question_and_a_plain_answer(browser, chapter):
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto(chapter)
    form = box(page, CHOSEN)
    assert "It grows." in form.inner_text()
    assert form.locator("input:visible, button:visible").count() == 0
    assert "no forget gate" not in form.inner_text()
    assert figure(page, CHOSEN).locator(".lab-plot > svg").is_visible()
    details = page.locator(f'form[data-predict="{CHOSEN}"] + .lab-guarded > details')
    details.locator("summary").click()
    assert "Answer: It falls about as fast as that of the tanh RNN." in details.inner_text()
    context.close()


def test_print_has_no_veil(page, chapter):
    page.goto(chapter)
    to_draw_on(page)
    page.emulate_media(media="print")
    assert figure(page, CHOSEN).locator(".lab-summary").is_visible()
    assert figure(page, DRAWN).locator(".lab-plot").evaluate(SEEN) > 0
    assert page.locator(".lab-veil:visible, .lab-asks button:visible").count() == 0


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_veiled_pages_are_clean(browser, chapter, axe, window):
    context = browser.new_context(viewport=window, reduced_motion="reduce")
    page = context.new_page()
    page.goto(chapter)
    to_draw_on(page)
    box(page, CHOSEN).locator("input").nth(1).check()
    box(page, "which-lags-behind").locator("input").first.check()
    box(page, "which-lags-behind").locator('button[name="commit"]').click()
    page.evaluate(axe)
    found = {}
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode)
        page.wait_for_function(FOLLOWS, arg=mode)
        violations = page.evaluate(VIOLATIONS, {"resultTypes": ["violations"], "preload": False})
        found |= {
            f"{mode}: {one['id']}": [n["html"][:120] for n in one["nodes"]] for one in violations
        }
    assert found == {}
    assert page.evaluate(CUT) == []
    assert page.evaluate(COVERED) == []
    context.close()


def pages_with_boxes():
    book = Path(__file__).parents[2] / "_build" / "html"
    files = sorted(book.glob("chapters/*.html")) if book.is_dir() else []
    return [file.stem for file in files if "<form" in file.read_text("utf-8")] or ["01-perceptron"]


@pytest.mark.parametrize("name", pages_with_boxes())
def test_every_box_of_the_book_can_be_answered(page, built_book, name):
    page.goto((built_book / "chapters" / f"{name}.html").as_uri())
    for form in page.locator("form.lab-predict").all():
        asked = form.get_attribute("data-predict")
        guarded = page.locator(f'form[data-predict="{asked}"] + .lab-guarded')
        assert not guarded.locator("> details").last.is_visible(), asked
        if form.get_attribute("data-draw"):
            root = guarded.locator(".lab-explorer")
            root.scroll_into_view_if_needed()
            surface = root.locator(".lab-surface")
            surface.wait_for()
            surface.scroll_into_view_if_needed()
            assert root.locator(".lab-plot").evaluate(SEEN) == 0, asked
            pull(page, surface, [0.3, 0.5, 0.4])
            root.locator('button[name="commit"]').click()
            assert re.search(r"you drew .+; it is .+ away", verdict(page, asked)), asked
        else:
            assert guarded.locator(".lab-explorer:visible").count() == 0, asked
            form.locator(".lab-choice[data-right] input").first.check()
            form.locator('button[name="commit"]').click()
            assert verdict(page, asked) == "That is what came out.", asked
        assert answer_is_open(page, asked), asked
        assert page.evaluate(WIDER) <= 0, asked
