"""An engine for the tests of this folder, one process each, and the built book with a probe in its pages."""

from __future__ import annotations

import pytest
from conftest import missing
from engines import drivers, sweep
from in_the_page import STRICT_WITH_PYTHON, served

ENGINES = {"firefox": drivers.firefox, "webkit": drivers.webkit}


def started(name, **preferences):
    """An engine, or the reason that there is none."""
    try:
        with ENGINES[name](**preferences) as window:
            yield window
    except drivers.MissingError as error:
        missing(str(error))


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(name, marks=pytest.mark.xdist_group(f"engine-{name}")) for name in ENGINES
    ],
)
def engine(request):
    yield from started(request.param)


@pytest.fixture(scope="session")
def book(built_book, tmp_path_factory):
    return sweep.probed(built_book, tmp_path_factory.mktemp("probed"))


@pytest.fixture(scope="session")
def disk(book):
    return book.as_uri()


@pytest.fixture(scope="session")
def server(book):
    with served(book, STRICT_WITH_PYTHON) as address:
        yield address
