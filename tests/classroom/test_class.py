"""The teacher's page, from disk: a class whose numbers are known, and every strange file, which changes nothing."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from classroom import classes
from classroom.classes import BOX, CHAPTER, DRAWN, EXERCISE, SIGN, SLOPE
from classroom.conftest import STORES
from visits import PHONE

pytestmark = pytest.mark.browser

ATTACK = '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script>'
FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture
def files(told):
    return classes.whole_class(told)


def put(page, paths, counted):
    """Choose files, and wait until so many students count."""
    page.locator("#lab-files").set_input_files(paths)
    words = "student counts" if counted == 1 else "students count"
    page.locator(".lab-class-status", has_text=f"{counted} {words}").wait_for()


def results(page):
    """What is said of the class, without who sent what."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".lab-class-misconceptions, .lab-class-question, [data-exercise]")]
          .map((one) => one.textContent)"""
    )


def left_out(page):
    """The files that do not count, with what is said of each."""
    return {
        row.locator("td").first.inner_text(): row.locator("td").last.inner_text()
        for row in page.locator("tr[data-left-out]").all()
    }


def test_a_class_of_forty_is_counted(device, files, tmp_path):
    page = device("class")
    put(page, classes.write(tmp_path, files), 40)
    assert left_out(page) == {}
    counts = page.locator(f'[data-box="{BOX}"] .lab-class-count').all_inner_texts()
    assert counts == ["18 of 36", "12 of 36", "6 of 36"]
    assert "36 guessed, 4 looked it up." in page.locator(f'[data-box="{BOX}"]').inner_text()
    widths = page.locator(f'[data-box="{BOX}"] .lab-class-bar').evaluate_all(
        "bars => bars.map((bar) => bar.getBoundingClientRect().width)"
    )
    assert widths[0] == pytest.approx(1.5 * widths[1], rel=0.01)
    assert widths[0] == pytest.approx(3 * widths[2], rel=0.01)
    cells = page.locator(f'[data-exercise="{EXERCISE}"] > td').all_inner_texts()
    assert cells[:6] == ["40", "25", "10", "15", "0", "0"]
    assert cells[6].split("\n") == [f"9 × {SIGN}", f"4 × {SLOPE}"]


def test_curves_lie_over_each_other_and_over_the_measured_one(device, told, files, tmp_path):
    page = device("class")
    put(page, classes.write(tmp_path, files), 40)
    box = page.locator(f'[data-box="{DRAWN}"]')
    assert box.locator(".lab-class-guess").count() == classes.LEVEL + classes.TRUE
    assert "30 curves. At the right end 10⁻" in box.inner_text()
    assert "20 drew it clearly higher, 0 clearly lower." in box.inner_text()
    heights = "lines => lines.map((line) => line.points[line.points.numberOfItems - 1].y)"
    guessed = box.locator(".lab-class-guess").evaluate_all(heights)
    (measured,) = box.locator(".lab-class-measured").evaluate_all(heights)
    assert max(guessed[: classes.LEVEL]) < min(
        guessed[classes.LEVEL :]
    )  # a level line ends higher up
    assert guessed[-1] == pytest.approx(measured, abs=12)  # rounded to a power of ten
    curve = told["chapters"][CHAPTER]["predictions"][DRAWN]["curve"]
    assert len(curve) >= 10


def test_what_is_measured_is_what_the_figure_draws(device, told):
    page = device(CHAPTER)
    asked = told["chapters"][CHAPTER]["predictions"][DRAWN]
    root = page.locator('[data-explorer="one-unit"]')
    root.scroll_into_view_if_needed()
    root.and_(page.locator("[data-ready]")).wait_for()
    drawn = root.locator(".lab-plot").evaluate(
        """plot => {
          const { x, y } = plot.data.find(({ name }) => name === "product of the factors so far");
          return [...x].map((at, i) => [at, y[i]]);
        }"""
    )
    shown = {x: y for x, y in drawn if y is not None}
    assert len(asked["curve"]) == len(shown)
    assert all(shown[x] == pytest.approx(y, rel=1e-4, abs=1e-4) for x, y in asked["curve"])
    assert asked["asked"] == asked["hash"] + root.get_attribute("data-key")


def test_the_misconceptions_are_the_five_most_frequent_and_each_leads_to_a_figure(
    device, told, files, tmp_path
):
    page = device("class")
    put(page, classes.write(tmp_path, files), 40)
    said = page.locator(".lab-class-misconceptions > li").all_inner_texts()
    choices = told["chapters"][CHAPTER]["predictions"][BOX]["choices"]
    expected = [
        "20 of 30 drew the right end of the curve clearly too high",
        f"18 of 36 said: “{choices[0]['words']}” What came out: “{choices[1]['words']}”",
        SIGN,
        f"6 of 36 said: “{choices[2]['words']}”",
        SLOPE,
    ]
    assert [one in words for one, words in zip(expected, said, strict=True)] == [True] * 5
    assert "The check found in 9 of 40 attempts" in said[2]
    page.locator(".lab-class-misconceptions > li").nth(1).get_by_role("link").click()
    figure = page.locator('[data-explorer="gradient-flow"]')
    figure.and_(page.locator("[data-ready]")).wait_for()
    assert figure.get_attribute("data-veiled") is None
    assert page.evaluate("location.hash").startswith("#explorer=gradient-flow")


def test_strange_files_are_listed_with_a_reason_and_change_nothing(device, told, files, tmp_path):
    page = device("class")
    good = classes.write(tmp_path / "good", files)
    put(page, good, 40)
    before = results(page)

    def of(choice, **others):
        return classes.student_file(told, classes.guess(told, choice), **others)

    whole = of(0, name="Broken")
    strange = {
        "broken.json": whole[: len(whole) // 2],
        "changed.json": whole.replace(b'"choice": 0', b'"choice": 1'),
        "another-book.json": of(0, book="another-book"),
        "no-work.json": b'{"schema": "lstm-lab-work", "version": 1, "work": []}',
        "another-kind.json": b'[{"a": 1}]',
        "null.json": b"null",
        "deep.json": b"[" * 200_000,
        "picture.png": b"\x89PNG\r\n\x1a\n\x00\xff",
        "empty.json": b"",
        "strange-work.json": classes.student_file(
            told, {"__proto__": {"predictions": {"x": 1}}, "constructor": 5, CHAPTER: None}
        ),
        "strange-choice.json": of(7),
        "negative.json": of(-1),
        "changed-question.json": classes.student_file(
            told, {CHAPTER: {"predictions": {BOX: {"asked": "0", "choice": 0}}, "exercises": {}}}
        ),
        "endless-answer.json": classes.student_file(
            told,
            {
                CHAPTER: {
                    "predictions": {},
                    "exercises": {
                        EXERCISE: {
                            "of": told["chapters"][CHAPTER]["exercises"][EXERCISE]["hash"],
                            "solved": True,
                            "help": [],
                            "answer": "x" * 300_000,
                        }
                    },
                }
            },
        ),
        "twice.json": of(0, name="Student 00"),
        "no.zip": b"PK\x05\x06" + b"\xff" * 40,
    }
    paths = classes.write(tmp_path / "strange", strange)
    large = tmp_path / "strange" / "large.json"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    put(page, [*paths, str(large)], 40)
    page.locator(".lab-class-status", has_text=f"{len(strange) + 1} left out").wait_for()
    reasons = left_out(page)
    expected = {
        "broken.json": "no JSON",
        "changed.json": "its checksum does not fit",
        "another-book.json": "of another book, “another-book”",
        "no-work.json": "no file that “My work” wrote",
        "another-kind.json": "no file that “My work” wrote",
        "null.json": "no file that “My work” wrote",
        "deep.json": "no JSON",
        "picture.png": "it is no text",
        "empty.json": "no JSON",
        "strange-work.json": "nothing in it fits this edition",
        "strange-choice.json": "nothing in it fits this edition",
        "negative.json": "nothing in it fits this edition",
        "changed-question.json": "has changed",
        "endless-answer.json": "nothing in it fits this edition",
        "twice.json": "the same student as “student-00.json”",
        "no.zip": "it holds 65535 files",
        "large.json": "larger than 4 MB",
    }
    assert sorted(reasons) == sorted(expected)
    shown = page.locator("tr[data-left-out]")
    shown.locator("summary").evaluate_all(
        "all => all.forEach((one) => { one.parentElement.open = true; })"
    )
    reasons = left_out(page)
    assert {name: words for name, words in expected.items() if words not in reasons[name]} == {}
    assert results(page) == before


def test_of_two_files_by_one_student_the_later_counts(device, told, tmp_path):
    page = device("class")
    early, late = (
        classes.student_file(told, classes.guess(told, choice), name="Asha", written=when)
        for choice, when in ((0, "2026-11-01T10:00:00.000Z"), (1, "2026-11-02T10:00:00.000Z"))
    )
    put(page, classes.write(tmp_path, {"b-late.json": late, "c-early.json": early}), 1)
    assert page.locator(f'[data-box="{BOX}"] .lab-class-count').all_inner_texts()[1] == "1 of 1"
    assert "earlier: the later counts" in left_out(page)["c-early.json"]


def test_names_are_text_on_the_page_and_in_the_table(device, told, tmp_path):
    page = device("class")
    bidi = "Ana\u202egnp.exe\u0000"
    names = [ATTACK, FORMULA, " @SUM(1)", bidi, "Meena"]
    sent = {
        f"{place}.json": classes.student_file(told, classes.guess(told, 0), name=name)
        for place, name in enumerate(names)
    }
    put(page, classes.write(tmp_path, sent), 5)
    assert page.evaluate("window.hit") is None
    listed = page.locator(".lab-class-named tbody th").all_inner_texts()
    assert {ATTACK, FORMULA, "@SUM(1)", "Ana gnp.exe", "Meena"} == set(listed)
    with page.expect_download() as came:
        page.locator('button[name="table"]').click()
    text = Path(came.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert [len(row) for row in rows] == [len(rows[0])] * 6
    assert {row[0] for row in rows[1:]} == {
        ATTACK,
        f"'{FORMULA}",
        "'@SUM(1)",
        "Ana gnp.exe",
        "Meena",
    }
    page.locator("#lab-projected").check()
    with page.expect_download() as came:
        page.locator('button[name="table"]').click()
    assert "Meena" not in Path(came.value.path()).read_text("utf-8")


def test_a_projector_shows_no_names_and_answers_may_stay_covered(device, files, tmp_path):
    page = device("class")
    put(page, classes.write(tmp_path, files), 40)
    assert page.get_by_text("Student 07").is_visible()
    page.locator("#lab-projected").check()
    assert not page.get_by_text("Student 07").is_visible()
    right = page.locator(f'[data-box="{BOX}"]').get_by_text("what came out")
    measured = page.locator(f'[data-box="{DRAWN}"] .lab-class-measured')
    assert (right.is_visible(), measured.is_visible()) == (True, True)
    page.locator("#lab-covered").check()
    assert (right.is_visible(), measured.is_visible()) == (False, False)
    assert page.locator(".lab-class-misconceptions").is_hidden()


MOODLE = "Asha Rao_1234_assignsubmission_file_/my-work.json"
CANVAS = "patelravi_LATE_991_5678_my-work.json"


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"]
)
def test_zips_as_platforms_pack_them(device, told, tmp_path, method):
    page = device("class")
    unnamed = classes.student_file(told, classes.guess(told, 2))
    packed = {
        MOODLE: unnamed,
        CANVAS: unnamed,
        "__MACOSX/._my-work.json": b"\x00",
        "folder/": b"",
        "inner.zip": classes.zipped({"a.json": unnamed}),
        "broken.json": b"{",
    }
    put(page, classes.write(tmp_path, {"submissions.zip": classes.zipped(packed, method)}), 2)
    listed = page.locator(".lab-class-named tbody tr:not([data-left-out]) th").all_inner_texts()
    assert sorted(listed) == ["Asha Rao", "patelravi"]
    reasons = left_out(page)
    assert sorted(reasons) == ["broken.json", "inner.zip"]
    assert "a zip in a zip" in reasons["inner.zip"]


def test_a_zip_that_lies_is_refused_file_by_file(device, told, tmp_path):
    page = device("class")
    good = classes.student_file(told, classes.guess(told, 2), name="Good")
    bomb = classes.zipped({"good.json": good, "bomb.json": b"0" * 30_000_000})
    lying = bytearray(classes.zipped({"lying.json": b"0" * 3_000_000}))
    entry = lying.index(b"PK\x01\x02")
    lying[entry + 24 : entry + 28] = (10).to_bytes(4, "little")  # the size that it says
    damaged = bytearray(classes.zipped({"damaged.json": good * 3}))
    damaged[60] ^= 0xFF
    locked = bytearray(classes.zipped({"locked.json": good}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    zips = {"a.zip": bomb, "b.zip": lying, "c.zip": damaged, "d.zip": locked}
    put(page, classes.write(tmp_path, {name: bytes(zip_) for name, zip_ in zips.items()}), 1)
    reasons = left_out(page)
    expected = {
        "bomb.json": "larger than 4 MB",
        "lying.json": "larger than it says",
        "damaged.json": "damaged",
        "locked.json": "encrypted",
    }
    assert {name for name, words in expected.items() if words not in reasons[name]} == set()
    assert len(reasons) == 4


def test_a_folder_is_read_with_those_in_it(device, files, tmp_path):
    folder = tmp_path / "class"
    some = dict(list(files.items())[:3])
    classes.write(folder / "inner", some)
    (folder / ".DS_Store").write_bytes(b"\x00")
    page = device("class")
    page.locator("#lab-folder").set_input_files(str(folder))
    page.locator(".lab-class-status", has_text="3 students count.").wait_for()
    assert left_out(page) == {}


def test_what_is_dropped_is_read(device, files):
    page = device("class")
    some = list(files.items())[:2]
    page.evaluate(
        """files => {
          const dropped = new DataTransfer();
          for (const [name, text] of files) dropped.items.add(new File([text], name));
          const place = document.querySelector(".lab-class-drop");
          place.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
        }""",
        [[name, content.decode()] for name, content in some],
    )
    page.locator(".lab-class-status", has_text="2 students count.").wait_for()
    assert left_out(page) == {}


def test_nothing_is_kept_of_a_class(device, files, tmp_path):
    page = device("class")
    before = page.evaluate(STORES)
    put(page, classes.write(tmp_path, files), 40)
    assert (
        page.evaluate(STORES)
        == before
        == {"local": [], "session": 0, "cookies": "", "databases": 0}
    )
    page.reload()
    assert page.locator("[data-box]").count() == 0


def test_a_newer_form_is_read_as_far_as_it_fits(device, told, tmp_path):
    work = classes.guess(told, 0) | {"99-the-future": {"predictions": {"x": {}}, "exercises": {}}}
    newer = classes.student_file(
        told, work, name="Later", version=2, edition="9.9.9-0", feeling="good"
    )
    page = device("class")
    put(page, classes.write(tmp_path, {"newer.json": newer}), 1)
    page.locator(".lab-class-named summary").click()
    notes = page.locator(".lab-class-named li").all_inner_texts()
    assert notes == [
        "written in form 2; this book reads form 1",
        f"written with edition 9.9.9-0; this is {told['edition']}",
        "chapter “99-the-future” is not in this edition",
    ]


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_a_full_page_is_accessible(device, files, tmp_path, violations, viewport):
    page = device("class", **({"viewport": viewport} if viewport else {}))
    put(page, [*classes.write(tmp_path, files), *classes.write(tmp_path, {"bad.json": b"{"})], 40)
    assert violations(page) == {}


def test_the_checksum_is_that_of_the_page(device, told):
    page = device("my-work")
    page.evaluate(
        "asked => window.labProgress.predict(...asked)",
        [
            CHAPTER,
            BOX,
            {"asked": told["chapters"][CHAPTER]["predictions"][BOX]["asked"], "choice": 1},
        ],
    )
    with page.expect_download() as came:
        page.locator('button[name="write"]').click()
    said = json.loads(Path(came.value.path()).read_text("utf-8"))
    given = said.pop("checksum")
    assert given == classes.checksum(said)
