"""Copy a link to this state: what is copied opens the page in that state."""

from __future__ import annotations

import pytest
from visits import UNVEILED

pytestmark = pytest.mark.browser

MOVED = """slider => {
  slider.value = slider.max;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""
REFUSED = """Object.defineProperty(navigator, "clipboard", {
  value: { writeText: () => Promise.reject(new DOMException("refused", "NotAllowedError")) },
});"""
MISSING = 'Object.defineProperty(navigator, "clipboard", { value: undefined });'


@pytest.fixture
def moved(browser, book_server):
    """Opens chapter 06 with its first explorer moved: page, explorer, and what was said after *Copy* was pressed."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])

    def opened(script: str = ""):
        page = context.new_page()
        page.add_init_script(script)
        page.goto(f"{book_server}/chapters/06-vanishing-gradient.html{UNVEILED}")
        root = page.locator(".lab-explorer").first
        root.scroll_into_view_if_needed()
        root.locator("input[type=range]").first.evaluate(MOVED)
        root.get_by_role("button", name="Copy a link to this state").click()
        said = root.locator(".lab-copied")
        page.wait_for_function("one => one.textContent !== ''", arg=said.element_handle())
        return page, root, said.inner_text()

    yield opened
    context.close()


def state_of(root):
    return root.locator("form").evaluate("form => [...new FormData(form).entries()].toString()")


def assert_leads_to_the_state(context, address, root):
    page = context.new_page()
    page.goto(address)
    there = page.locator(f"#{root.get_attribute('id')}")
    assert state_of(there) == state_of(root)
    first = page.context.new_page()
    first.goto(address.partition("#")[0])
    assert state_of(first.locator(f"#{root.get_attribute('id')}")) != state_of(root)


def test_the_link_goes_to_the_clipboard_and_leads_to_the_state(moved):
    page, root, said = moved()
    assert said == "Copied"
    address = page.evaluate("navigator.clipboard.readText()")
    assert_leads_to_the_state(page.context, address, root)


@pytest.mark.parametrize("clipboard", [REFUSED, MISSING])
def test_where_the_clipboard_is_refused_the_link_is_shown(moved, clipboard):
    page, root, said = moved(clipboard)
    assert_leads_to_the_state(page.context, said, root)


def test_what_was_said_of_another_state_goes(moved):
    _, root, _ = moved()
    root.locator("input[type=range]").first.evaluate(MOVED.replace("max", "min"))
    assert root.locator(".lab-copied").inner_text() == ""
