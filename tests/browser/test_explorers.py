"""Every explorer of the built book: each control by mouse and by keyboard, and what is drawn against Python."""

from __future__ import annotations

import json
import random
import re
from urllib.parse import urlencode

import numpy as np
import pytest
from drawn import last, sample
from visits import UNVEILED

from lstm_lab.chapters import explorers
from lstm_lab.interact.static import explorer_page, figure_json

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def places(built_book):
    """On which page each explorer stands."""
    found = {}
    for file in (built_book / "index.html", *sorted(built_book.glob("chapters/*.html"))):
        for name in re.findall(r'data-explorer="([^"]+)"', file.read_text("utf-8")):
            found[name] = file
    return found


DESKTOP = {"width": 1280, "height": 900}


def explorer_on(page, name):
    """The explorer of that name, drawn."""
    root = page.locator(f'[data-explorer="{name}"]')
    root.scroll_into_view_if_needed()
    page.locator(f'[data-explorer="{name}"][data-ready]').wait_for()
    return root


@pytest.fixture
def opened(browser, places):
    """Open the page of an explorer anew and wait until it is drawn."""
    page = browser.new_page(viewport=DESKTOP)

    def open_explorer(name, fragment=""):
        page.goto("about:blank")
        page.goto(places[name].as_uri() + UNVEILED + fragment)
        return page, explorer_on(page, name)

    yield open_explorer
    page.close()


@pytest.fixture(scope="module")
def shared(browser, places):
    """The page of an explorer as the test before left it: for tests that set every control they look at."""
    pages = {}

    def page_of(name):
        file = places[name]
        if file not in pages:
            for other in pages.values():
                other.close()
            pages.clear()
            pages[file] = browser.new_page(viewport=DESKTOP)
            pages[file].goto(file.as_uri() + UNVEILED)
        return pages[file], explorer_on(pages[file], name)

    yield page_of
    for page in pages.values():
        page.close()


def held_by(root):
    """The figure that Plotly holds, as JSON."""
    text = root.locator(".lab-plot").evaluate(
        "plot => JSON.stringify({data: plot.data, layout: plot.layout})"
    )
    return json.loads(text)


def set_position(root, control, position):
    field = root.locator(f'[name="{control.name}"]')
    if control.kind == "switch":
        field.set_checked(bool(position))
    elif field.first.get_attribute("type") == "radio":
        field.nth(position).check()
    elif control.kind == "range":
        field.evaluate(
            "(slider, value) => { slider.value = value;"
            " slider.dispatchEvent(new Event('input', {bubbles: true})); }",
            str(position),
        )
    else:
        field.select_option(str(position))


def assert_summary_becomes(root, summary):
    root.page.wait_for_function(
        "([root, summary]) => root.querySelector('.lab-summary').textContent === summary",
        arg=[root.element_handle(), summary],
    )


def assert_same_leaf(came, computed, precision):
    """Compare a drawn leaf with the computed one: arrays to the stated precision, the rest exactly."""
    if isinstance(computed, np.ndarray) or (
        isinstance(computed, list | tuple)
        and computed
        and all(value is None or isinstance(value, int | float | np.number) for value in computed)
    ):
        wanted = np.asarray(computed, dtype=float)
        given = np.array(came, dtype=float)
        # The drawn figure went through JSON twice; one part in 1e12 of the size is the rest of it.
        allowed = precision + 1e-12 * np.nanmax(np.abs(wanted), initial=1.0)
        np.testing.assert_array_equal(np.isnan(given), np.isnan(wanted))
        np.testing.assert_allclose(given, wanted, rtol=0, atol=allowed)
        return
    plain = computed.tolist() if isinstance(computed, np.ndarray | np.generic) else computed
    assert came == json.loads(json.dumps(plain, default=float))


def assert_same_figure(figure, computed, precision, path=()):
    tied = any("scaleanchor" in axis for axis in computed.values() if isinstance(axis, dict))
    for key, value in computed.items():
        at = (*path, key)
        if tied and isinstance(value, dict) and "range" in value:
            # Plotly widens the ranges of axes of equal scale to fill the figure.
            low, high = sorted(figure[key]["range"])
            assert low <= min(value["range"]) + 1e-6
            assert high >= max(value["range"]) - 1e-6
            value = {name: inner for name, inner in value.items() if name != "range"}
        if at == ("layout", "margin"):
            # The page keeps the room that labels took when it was last measured.
            assert all(figure[key][side] >= least for side, least in value.items())
        elif isinstance(value, dict):
            assert_same_figure(figure[key], value, precision, at)
        elif path == () and key == "data":
            for place, trace in enumerate(value):
                assert_same_figure(figure["data"][place], trace, precision, ("data", place))
        elif value is not None:
            assert_same_leaf(figure[key], value, precision.get(".".join(map(str, at)), 0.0))


def test_every_named_explorer_is_in_the_book(places):
    assert set(explorers.EXPLORERS) <= set(places)


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_what_is_drawn_is_what_python_computes(name, shared, drawn, monkeypatch, built_book):
    explorer = explorers.show(name)
    monkeypatch.setenv("LSTM_LAB_STATIC", str(built_book.parent / ".lab" / "explorers"))
    precision = explorer_page(explorer)["precision"]
    _, root = shared(name)
    for settings in sample(name):
        for control in explorer.controls.values():
            if control.name in settings:
                set_position(root, control, control.values.index(settings[control.name]))
        computed = drawn(name, settings)
        assert_summary_becomes(root, computed.layout.meta["summary"])
        assert_same_figure(held_by(root), figure_json(computed), precision)


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_every_control_moves_the_figure_by_keyboard_and_by_mouse(name, shared):
    explorer = explorers.show(name)
    page, root = shared(name)
    for control in explorer.controls.values():
        for other, allowed in control.only.items():
            place = explorer.controls[other].values.index(allowed[0])
            set_position(root, explorer.controls[other], place)
        field = root.locator(f'[name="{control.name}"]')
        radio = field.first.get_attribute("type") == "radio"
        before = positions(root, control)
        target = field.nth(before) if radio else field
        target.focus()
        key = "Space" if control.kind == "switch" else "ArrowRight"
        if control.kind == "choice" and not radio:
            key = "ArrowDown"
        if before == len(control.values) - 1 and control.kind != "switch":
            key = {"ArrowRight": "ArrowLeft", "ArrowDown": "ArrowUp"}[key]
        page.keyboard.press(key)
        after_key = positions(root, control)
        assert after_key != before or len(control.values) == 1, (
            f"{control.name} does not move by keyboard"
        )
        by_mouse(page, field, control, before, radio)
        assert positions(root, control) != after_key or len(control.values) == 1, (
            f"{control.name} does not move by mouse"
        )
    assert root.locator(".lab-summary").inner_text() != ""


def positions(root, control):
    field = root.locator(f'[name="{control.name}"]')
    if control.kind == "switch":
        return int(field.is_checked())
    if field.first.get_attribute("type") == "radio":
        return int(root.locator(f'[name="{control.name}"]:checked').get_attribute("value"))
    return int(field.input_value())


def by_mouse(page, field, control, before, radio):
    if control.kind == "switch":
        field.click()
    elif radio:
        field.nth(before).click()
    elif control.kind == "range":
        box = field.bounding_box()
        left = before == len(control.values) - 1
        x = box["x"] + (box["width"] - 2 if left else 2)
        now = int(field.input_value())
        if now in (0, len(control.values) - 1):
            x = box["x"] + (box["width"] - 2 if now == 0 else 2)
        page.mouse.click(x, box["y"] + box["height"] / 2)
    else:
        field.select_option(str(before))


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_a_link_leads_to_its_state_and_a_moved_control_writes_its_link(name, shared, drawn):
    page, root = shared(name)
    words, summary = a_link(name, drawn)
    page.evaluate("words => { location.hash = ''; location.hash = words; }", words)
    assert_summary_becomes(root, summary)
    control = next(iter(explorers.show(name).controls.values()))
    set_position(root, control, 0)
    page.wait_for_function("name => location.hash.includes(`explorer=${name}`)", arg=name)
    first = urlencode({control.name: control.texts[0]})
    page.wait_for_function("text => location.hash.includes(text)", arg=first)


def test_a_link_followed_right_after_a_control_was_moved_stands(opened, drawn):
    page, root = opened("gradient-flow")
    words, summary = a_link("gradient-flow", drawn)
    page.evaluate(
        """words => {
            const slider = document.querySelector('[name="sequence_length"]');
            slider.value = "0";
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            location.hash = words;
        }""",
        words,
    )
    assert_summary_becomes(root, summary)
    page.wait_for_timeout(300)
    assert page.evaluate("location.hash.slice(1)") == words


@pytest.mark.parametrize("name", ["gradient-flow", "xor-unit", "perceptron-line"])
def test_a_page_opens_at_the_state_of_its_link(name, opened, drawn):
    words, summary = a_link(name, drawn)
    _, root = opened(name, f"#{words}")
    assert_summary_becomes(root, summary)


def a_link(name, drawn):
    """The address of an explorer's last state, and what it says there."""
    explorer = explorers.show(name)
    settings = last(name)
    words = {"explorer": name} | {
        key: explorer.controls[key].texts[explorer.controls[key].values.index(value)]
        for key, value in settings.items()
    }
    return urlencode(words), drawn(name, settings).layout.meta["summary"]


SCRIPT = "<script>window.ran = 1; alert(1)</script>"
MARKUP = "\"><img src=x onerror='window.ran = 1; alert(1)'>"
VALUES = [
    "nonsense", "", " ", "-1", "0.5", "999999", "NaN", "Infinity", "-Infinity", "-0", "1e400", "null", "undefined",
    "true", "[object Object]", "__proto__", "constructor", "toString", "javascript:window.ran=1", SCRIPT, MARKUP,
    "${window.ran=1}", "\0", "\u202e", "\U0001f9e0" * 50, "9" * 10_000, "a" * 10_000,
]  # fmt: skip
NAMES = [
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "length",
    "explorer",
    "elements",
    "submit",
    "unknown",
    MARKUP,
]
BROKEN = ["%", "%2", "%zz", "%ff%fe", "%00", "%u0041", "&&&===", "[]", "[__proto__][ran]=1"]


def hostile(explorer, count):
    """Links to an explorer in which no part is right: what it shows must stay."""
    rng = random.Random(explorer.name)
    right = {text for control in explorer.controls.values() for text in control.texts}
    values = [value for value in VALUES if value not in right]
    for _ in range(count):
        names = [*explorer.controls, *rng.choices(NAMES, k=2)]
        words = [("explorer", explorer.name)]
        words += [(rng.choice(names), rng.choice(values)) for _ in range(rng.randrange(1, 6))]
        if rng.random() < 0.3:
            rng.shuffle(words)  # another explorer may then be named first
        yield urlencode(words) + rng.choice(["", f"&{rng.choice(BROKEN)}={rng.choice(BROKEN)}"])
    for broken in BROKEN:
        yield f"explorer={explorer.name}&{rng.choice([*explorer.controls])}={broken}"
        yield f"{broken}explorer={explorer.name}&{broken}"


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_whatever_a_link_says_what_is_shown_stays(name, shared):
    page, root = shared(name)
    problems = []
    page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    explorer = explorers.show(name)
    control = next(iter(explorer.controls.values()))
    set_position(root, control, len(control.values) - 1)
    page.wait_for_timeout(200)  # until it is drawn, and the link to it written
    links = list(hostile(explorer, 30))
    moved = root.evaluate(
        """async (root, links) => {
          const fields = () => JSON.stringify([
            [...root.querySelectorAll("input, select")].map((f) => [f.name, f.value, f.checked]),
            root.querySelector(".lab-summary").textContent,
            root.querySelectorAll("*:not(.lab-plot *)").length]);
          const before = fields();  // and the sentence below the figure
          const moved = [];
          for (const link of links) {
            const heard = new Promise((done) => addEventListener("hashchange", done, { once: true }));
            const was = location.href;
            location.hash = link;
            if (location.href !== was) await heard;
            if (fields() !== before) moved.push(link);
          }
          return moved;
        }""",
        links,
    )
    assert moved == []
    assert problems == []
    assert page.evaluate("[window.ran, ({}).ran]") == [None, None]


@pytest.mark.parametrize("name", ["gradient-flow", "xor-unit", "perceptron-line"])
def test_a_hostile_link_leaves_a_valid_state(name, opened, drawn):
    explorer = explorers.show(name)
    summary = drawn(name, explorer.initial).layout.meta["summary"]
    for link in list(hostile(explorer, 30))[::16]:
        page, root = opened(name, f"#{link}")
        assert_summary_becomes(root, summary)
        assert page.evaluate("[window.ran, ({}).ran]") == [None, None]


def test_of_a_name_that_is_repeated_the_first_counts(opened):
    explorer = explorers.show("gradient-flow")
    lengths = explorer.controls["sequence_length"].texts
    words = [("explorer", "gradient-flow"), ("sequence_length", lengths[3])]
    _, root = opened("gradient-flow", f"#{urlencode([*words, ('sequence_length', lengths[5])])}")
    assert root.locator('[name="sequence_length"]').input_value() == "3"


def test_a_control_that_does_not_apply_is_out_of_the_way(opened):
    _, root = opened("gradient-flow")
    bias = root.locator('[data-control="forget_bias"]')
    assert not bias.is_visible()
    root.get_by_label("LSTM 2000").check()
    assert bias.is_visible()


def test_the_play_button_runs_to_the_end_and_stops(opened):
    page, root = opened("gradient-flow")
    button = root.get_by_role("button", name="Play sequence length")
    button.evaluate(
        """button => {
          window.labels = [];
          new MutationObserver(() => window.labels.push(button.textContent))
            .observe(button, { childList: true });
        }"""
    )
    button.click()
    page.wait_for_function("() => window.labels.length === 2")
    assert page.evaluate("window.labels") == ["Pause", "Play sequence length"]
    slider = root.locator('[name="sequence_length"]')
    assert slider.input_value() == slider.get_attribute("max")


def test_the_summary_is_spoken_once_after_a_pause(opened):
    page, root = opened("gradient-flow")
    slider = root.locator('[name="sequence_length"]')
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "root => root.querySelector('.lab-live').textContent ==="
        " root.querySelector('.lab-summary').textContent",
        arg=root.element_handle(),
    )
    assert slider.get_attribute("aria-valuetext").endswith("steps")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_figure_follows_the_theme(opened, mode):
    from lstm_lab.interact.theme import INK

    page, root = opened("gradient-flow")
    page.evaluate("mode => { document.documentElement.dataset.theme = mode; }", mode)
    page.wait_for_function(
        "([root, ink]) => root.querySelector('.lab-plot').layout.template.layout.font.color === ink",
        arg=[root.element_handle(), INK[mode]],
    )
    colour = root.locator(".xtick text").first.evaluate("text => getComputedStyle(text).fill")
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    assert f"#{red:02x}{green:02x}{blue:02x}" == INK[mode]


@pytest.mark.parametrize("name", ["gradient-flow", "xor-unit"])
def test_on_a_phone_the_main_control_stands_right_under_the_figure(browser, places, name):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(places[name].as_uri() + UNVEILED)
    root = explorer_on(page, name)
    plot = root.locator(".lab-plot").bounding_box()
    control = root.locator(".lab-control").first.bounding_box()
    assert 0 <= control["y"] - plot["y"] - plot["height"] <= 40
    more = root.locator(".lab-more")
    assert more.locator(".lab-control").first.is_hidden()
    more.locator("summary").click()
    assert more.locator(".lab-control").first.is_visible()
    page.close()


def test_a_figure_that_can_be_dragged_is_dragged(opened):
    page, root = opened("gradient-flow")
    grip = root.locator(".lab-handle")
    grip.scroll_into_view_if_needed()
    slider = root.locator('[name="sequence_length"]')
    before = int(slider.input_value())
    box = grip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 200, box["y"] + 20, steps=5)
    page.mouse.up()
    assert int(slider.input_value()) > before
    root.locator(".lab-summary", has_text="300").wait_for()
    moved = grip.bounding_box()
    assert moved["x"] < box["x"] - 100
    assert "explorer=gradient-flow" in page.evaluate(
        "new Promise((done) => setTimeout(() => done(location.hash), 300))"
    )
