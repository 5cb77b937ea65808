"""A session in class: `?class=` asks the chosen questions alone; a code brings the answers to the teacher."""

from __future__ import annotations

import pytest
from classroom.classes import BOX, CHAPTER, DRAWN

pytestmark = pytest.mark.browser


@pytest.fixture
def codes(told):
    asked = told["chapters"][CHAPTER]["predictions"]
    return {box: one["hash"][:5] for box, one in asked.items()}


def answer(page, label):
    form = page.locator(f'form[data-predict="{BOX}"]')
    form.get_by_label(label).check()
    form.locator('button[name="commit"]').click()


def test_the_teacher_makes_a_link_and_counts_what_comes_back(device, codes):
    teacher = device("class")
    teacher.locator("summary", has_text="A session in class").click()
    teacher.locator("#lab-session-of").select_option(CHAPTER)
    link = teacher.locator(".lab-session-link")
    assert link.is_hidden()
    teacher.locator(f'input[value="{codes[BOX]}"]').check()
    address = f"{CHAPTER}.html?class={codes[BOX]}"
    assert link.inner_text() == address
    student = device(CHAPTER)
    student.goto(student.url + f"?class={codes[BOX]}")
    bar = student.locator(".lab-session")
    bar.get_by_text("This session: 0 of 1 answered").wait_for()
    assert bar.get_by_role("button", name="Show my code").is_disabled()
    answer(student, "It grows.")
    bar.get_by_text("This session: 1 of 1 answered").wait_for()
    bar.get_by_role("button", name="Show my code").click()
    code = student.locator(".lab-session-code").inner_text()
    assert len(code) < 25
    assert (
        student.locator(".lab-session-code").evaluate(
            "one => parseFloat(getComputedStyle(one).fontSize)"
        )
        >= 32
    )
    teacher.locator("summary", has_text="Codes from messages").click()
    teacher.locator("#lab-codes").fill(code)
    teacher.locator('button[name="codes"]').click()
    teacher.locator(".lab-class-status", has_text="1 student counts.").wait_for()
    counts = teacher.locator(f'[data-box="{BOX}"] .lab-class-count').all_inner_texts()
    assert counts == ["0 of 1", "0 of 1", "1 of 1"]


def test_other_questions_stay_veiled_though_they_were_answered(device, told, codes):
    page = device(CHAPTER)
    asked = told["chapters"][CHAPTER]["predictions"]
    others = [box for box in codes if box not in (BOX, DRAWN)]
    for box in (others[0], DRAWN):
        page.evaluate(
            "asked => window.labProgress.predict(...asked)",
            [CHAPTER, box, {"asked": asked[box]["asked"], "shown": True}],
        )
    page.goto(page.url + f"?class={codes[BOX]}")
    page.locator(".lab-session").wait_for()
    for box in (*others, DRAWN):
        guarded = page.locator(f'form[data-predict="{box}"] + .lab-guarded')
        assert guarded.inner_text().strip() == "This question is not part of the session.", box
        assert page.locator(f'form[data-predict="{box}"] .lab-asks').is_hidden()
    answer(page, "It grows.")
    assert page.locator('[data-explorer="gradient-flow"]').is_visible()


def test_the_next_question_may_stand_in_another_chapter(device, told, codes):
    other, there = next((name, one) for name, one in told["chapters"].items() if name != CHAPTER)
    box, asked = next((name, one) for name, one in there["predictions"].items() if not one.get("curve"))  # fmt: skip
    both = f"{codes[BOX]}-{asked['hash'][:5]}"
    page = device(CHAPTER)
    page.goto(page.url + f"?class={both}")
    page.locator(".lab-session").get_by_text("0 of 2 answered").wait_for()
    page.locator(".lab-session-next").click()
    page.wait_for_url(f"**/{other}.html?class={both}*")
    assert page.locator(f'form[data-predict="{box}"] .lab-asks').is_visible()


def test_a_session_is_accessible_and_a_page_without_one_has_no_bar(device, codes, violations):
    page = device(CHAPTER)
    assert page.locator(".lab-session").count() == 0
    assert page.evaluate("typeof window.labCatalogue") == "undefined"
    page.goto(page.url + f"?class={codes[BOX]}")
    page.locator(".lab-session").get_by_text("0 of 1 answered").wait_for()
    answer(page, "It grows.")
    page.locator('button[name="collect"]').click()
    assert violations(page) == {}
