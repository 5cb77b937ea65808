"""The student's page, from disk: what it shows, its file and its code, read on another device, and erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from classroom import classes
from classroom.classes import BOX, CHAPTER, DRAWN, EXERCISE
from classroom.conftest import STORES
from visits import PHONE

pytestmark = pytest.mark.browser

ALL = "() => JSON.stringify(window.labClassroom.gather())"
NAMES = {"schema", "version", "book", "edition", "written", "work", "checksum"}


def do(page, call, *arguments):
    page.evaluate(f"asked => window.labProgress.{call}(...asked)", list(arguments))


@pytest.fixture
def done(device, told):
    """The page of somebody who guessed, drew, and tried two exercises."""
    chapter = device(CHAPTER)
    form = chapter.locator(f'form[data-predict="{BOX}"]')
    form.get_by_label("It grows.").check()
    form.locator('button[name="commit"]').click()
    page = device("my-work", chapter.context)
    there = told["chapters"][CHAPTER]
    curve = [[x, -x / 3] for x, _ in there["predictions"][DRAWN]["curve"]]
    asked = there["predictions"][DRAWN]["asked"]
    do(page, "predict", CHAPTER, DRAWN, {"asked": asked, "curve": curve, "near": "You drew 1."})
    do(page, "open", CHAPTER, EXERCISE, "hint", True)
    do(page, "open", CHAPTER, EXERCISE, "hint", False)
    do(page, "check", CHAPTER, EXERCISE, False, "✗ Expected 1, got 2. Likely cause: the sign.")
    do(page, "check", CHAPTER, EXERCISE, True, "✓ Right.")
    do(page, "solve", CHAPTER, EXERCISE)
    do(page, "open", CHAPTER, EXERCISE, "solution", True)  # to compare: no help any more
    do(
        page,
        "keep",
        CHAPTER,
        there["exercises"]["ex-06-product"]["hash"],
        "def profile(U, h):\n    return <b>1</b>",
    )
    page.reload()
    return page


def written(page, name=""):
    page.locator("#lab-student").fill(name)
    with page.expect_download() as came:
        page.locator('button[name="write"]').click()
    return came.value


def status(page):
    return page.locator(".lab-class-status").inner_text()


def test_it_shows_what_the_device_remembers(done):
    done.locator(".lab-class-chapter > summary").click()
    shown = done.locator(".lab-class-chapter").inner_text()
    assert "2 predictions, 1 of 2 exercises solved" in shown
    assert "You said: It grows. What came out: It falls about as fast" in shown
    assert "You drew a curve. You drew 1." in shown
    assert "✓ Solved; help opened before: hint." in shown
    assert "The check said last: ✓ Right." in shown
    done.locator(".lab-class-chapter details summary").click()
    assert (
        done.locator(".lab-class-chapter pre").inner_text()
        == "def profile(U, h):\n    return <b>1</b>"
    )


def test_a_file_goes_to_another_device_and_says_no_more_than_the_page(done, device, tmp_path):
    file = tmp_path / "my-work.json"
    written(done).save_as(file)
    said = json.loads(file.read_text("utf-8"))
    assert set(said) == NAMES  # no name, as none was typed
    attempt = said["work"][CHAPTER]["exercises"][EXERCISE]
    assert attempt["help"] == ["hint"]
    assert attempt["check"] == {
        "passed": True,
        "message": "✓ Right.",
        "mistake": "✗ Expected 1, got 2. Likely cause: the sign.",
    }
    other = device("my-work")
    assert other.locator('button[name="write"]').is_disabled()
    other.locator("#lab-file").set_input_files(str(file))
    other.locator(".lab-class-status", has_text="Read: 4 entries new.").wait_for()
    assert other.evaluate(ALL) == done.evaluate(ALL)
    other.locator("#lab-file").set_input_files(str(file))
    other.locator(".lab-class-status", has_text="Read: nothing new.").wait_for()
    chapter = device(CHAPTER, other.context)
    assert (
        "What came out" in chapter.locator(f'form[data-predict="{BOX}"] .lab-verdict').inner_text()
    )


def test_a_name_is_in_the_file_only_if_it_was_typed(done):
    came = written(done, " Asha Rao, 17 ")
    assert came.suggested_filename == "my-work-Asha-Rao-17.json"
    assert json.loads(Path(came.path()).read_text("utf-8"))["name"] == "Asha Rao, 17"
    assert "Asha" not in done.evaluate("JSON.stringify({...localStorage})")


def test_what_is_here_stays_and_is_listed(done, device, told, tmp_path):
    work = classes.guess(told, 0)
    work[CHAPTER]["predictions"]["gone"] = {"asked": "x", "choice": 0}
    (path,) = classes.write(tmp_path, {"a.json": classes.student_file(told, work)})
    before = done.evaluate(ALL)
    done.locator("#lab-file").set_input_files(path)
    done.locator(".lab-class-status", has_text="nothing new").wait_for()
    left = done.locator(".lab-class-misfits li").all_inner_texts()
    assert "“gone” is not in this edition" in left[0]
    assert f"“{BOX}” is another here, and stays as it is" in left[1]
    assert done.evaluate(ALL) == before


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"\xff\xfe", b""], ids=["broken", "list", "no text", "empty"]
)
def test_a_strange_file_changes_nothing(done, tmp_path, content):
    (path,) = classes.write(tmp_path, {"a.json": content})
    before = done.evaluate(ALL)
    done.locator("#lab-file").set_input_files(path)
    done.locator(".lab-class-status", has_text="Nothing has changed.").wait_for()
    assert done.evaluate(ALL) == before


def test_a_code_fits_a_message_and_comes_back(done, device, told):
    done.locator(".lab-class-code > summary").click()
    code = done.locator("#lab-code").input_value()
    assert len(code) < 160  # a message of a telephone
    other = device("my-work")
    other.locator(".lab-class-code > summary").click()
    other.locator("#lab-code-read").fill(f"  {code[:20].upper()}\n{code[20:]} ")
    other.locator('button[name="read-code"]').click()
    assert status(other) == "Read: 2 entries new."
    (kept,) = json.loads(other.evaluate(ALL)).values()
    assert kept["predictions"][BOX]["choice"] == 2
    drawn = kept["predictions"][DRAWN]["curve"]
    span = told["chapters"][CHAPTER]["predictions"][DRAWN]["curve"][-1][0] / 3
    assert len(drawn) == 12
    assert all(y == pytest.approx(-x / 3, abs=span / 500) for x, y in drawn)
    for wrong in (code[:-1], code.replace("c", "d", 1), "lstm1", "hello", code[:-3] + "zzz"):
        other.locator("#lab-code-read").fill(wrong)
        other.locator('button[name="read-code"]').click()
        assert "Nothing has changed." in status(other), wrong


def test_every_answer_of_the_book_has_a_code(device, told):
    page = device("my-work")
    for chapter, there in told["chapters"].items():
        for box, asked in there["predictions"].items():
            said = {"asked": asked["asked"]}
            said |= (
                {"curve": asked["curve"]}
                if "curve" in asked
                else {"choice": len(asked["choices"]) - 1}
            )
            do(page, "predict", chapter, box, said)
    page.locator(".lab-class-code > summary").click()
    code = page.locator("#lab-code").input_value()
    back = page.evaluate("code => window.labClassroom.decode(code)", code)
    assert back["misfits"] == []
    count = sum(len(there["predictions"]) for there in told["chapters"].values())
    assert sum(len(one["predictions"]) for one in back["work"].values()) == count > 50
    for chapter, there in told["chapters"].items():
        for box, asked in there["predictions"].items():
            guess = back["work"][chapter]["predictions"][box]
            if "curve" in asked:
                heights = [y for _, y in asked["curve"]]
                near = (max(heights) - min(heights)) / 100
                ends = [(guess["curve"][i][1], asked["curve"][i][1]) for i in (0, -1)]
                assert all(a == pytest.approx(b, abs=near) for a, b in ends), box
            else:
                assert guess["choice"] == len(asked["choices"]) - 1, box


def test_a_code_counts_in_a_class(device, told, done):
    code = done.evaluate("window.labClassroom.encode(window.labClassroom.gather())")
    page = device("class")
    page.locator("summary", has_text="Codes from messages").click()
    page.locator("#lab-codes").fill(f"Asha: {code}\n\nMeena: nothing\n{code[:-1]}")
    page.locator('button[name="codes"]').click()
    page.locator(".lab-class-status", has_text="1 student counts; 2 left out").wait_for()
    assert page.locator(f'[data-box="{BOX}"] .lab-class-count').all_inner_texts() == [
        "0 of 1",
        "0 of 1",
        "1 of 1",
    ]
    assert page.locator("tr:not([data-left-out]) th[scope=row]").last.inner_text() == "Asha"


def test_everything_is_erased_after_one_is_sure(done):
    before = done.evaluate(ALL)
    done.locator('button[name="erase"]').click()
    done.get_by_role("button", name="Keep it").click()
    assert done.evaluate(ALL) == before
    done.locator('button[name="erase"]').click()
    done.keyboard.press("Escape")
    assert done.evaluate(ALL) == before
    done.locator('button[name="erase"]').click()
    done.locator("dialog").get_by_role("button", name="Erase everything").click()
    done.locator(
        ".lab-class-status", has_text="Erased: this device remembers nothing of this book."
    ).wait_for()
    assert done.evaluate(ALL) == "{}"
    assert done.evaluate(STORES)["local"] == []


def test_it_keeps_nothing_outside_of_the_devices_storage(done):
    kept = done.evaluate(STORES)
    assert (kept["session"], kept["cookies"], kept["databases"]) == (0, "", 0)
    assert all(name.startswith("lab:from-perceptron-to-lstm:") for name in kept["local"])


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_a_full_page_is_accessible(done, violations, viewport):
    if viewport:
        done.set_viewport_size(viewport)
    for one in done.locator("main details").all():
        one.evaluate("fold => { fold.open = true; }")
    assert violations(done) == {}
    done.locator('button[name="erase"]').click()
    assert violations(done) == {}


def test_the_first_page_leads_here(browser, built_book):
    page = browser.new_page()
    page.goto((built_book / "index.html").as_uri())
    page.locator(".lab-ways a", has_text="My work").click()
    assert page.locator("article h1").inner_text().startswith("My work")
    page.close()
