"""Records of visits: a test that takes a `record` runs once a page, on the devices that its mark `devices` names.

The page on its device is the unit of work: one process visits it, once, and all tests of that record run there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import visits

from bookbuild import unused_styles

ROOT = Path(__file__).parents[2]
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe*.js"))


@dataclass(frozen=True)
class Record:
    """What a visit to a page noted."""

    page: str
    device: visits.Device
    found: dict[str, Any]

    def __getitem__(self, part: str) -> Any:
        return self.found[part]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "record" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("devices")
    windows = mark.args if mark else ("desktop", "phone", "zoomed", "still")
    weekly = [d for d in visits.EXCHANGED if d.window in windows and not (mark and mark.kwargs)]
    book = ROOT / "_build" / "html"
    names = visits.page_names(book) if book.is_dir() else []
    metafunc.parametrize(
        "record",
        [
            pytest.param(
                (name, device),
                id=f"{name}-{device}",
                marks=[
                    pytest.mark.xdist_group(f"visit-{name}-{device}"),
                    *([pytest.mark.weekly] if device in weekly else []),
                ],
            )
            for name in names or ["index.html"]
            for device in (*visits.USUAL, *weekly)
            if device.window in windows
        ],
        indirect=True,
    )


@pytest.fixture(scope="session")
def axe() -> str:
    return AXE.read_text("utf-8")


@pytest.fixture(scope="session")
def rules_taken_out(built_book: Path) -> list[str]:
    """The selectors of whole style sheets that the purged ones no longer have."""
    static, whole = built_book / "_static", built_book.parent / ".lab" / "styles"
    if not whole.is_dir():
        pytest.fail(f"{whole} is missing: run `make book`", pytrace=False)
    return sorted(
        {
            selector
            for sheet in whole.rglob("*.css")
            if (static / sheet.relative_to(whole)).exists()  # not one of an earlier build
            for selector in unused_styles.selectors(sheet.read_text("utf-8"))
            - unused_styles.selectors((static / sheet.relative_to(whole)).read_text("utf-8"))
        }
    )


@pytest.fixture(scope="session")
def made_visits(browser, built_book, axe, rules_taken_out):
    with visits.served(built_book, visits.StrictHandler) as server:
        yield visits.Visits(browser, built_book, server, axe, rules_taken_out)


@pytest.fixture
def record(request: pytest.FixtureRequest, made_visits) -> Record:
    name, device = request.param
    return Record(name, device, made_visits.of(name, device))
