"""Equations and exercises are numbered within their chapter."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from bookbuild import numbering

names = st.lists(st.text("abc", min_size=1), max_size=4, unique=True)
pages = st.dictionaries(
    st.sampled_from(["chapters/01-a", "chapters/12-b", "index", "chapters/notation"]),
    st.fixed_dictionaries({"displaymath": names, "exercise": names}),
)


def counted(pages):
    """As Sphinx counts: through the book."""
    ends = {"displaymath": 0, "exercise": 0}
    found = {}
    for page, kinds in pages.items():
        found[page] = {}
        for kind, names in kinds.items():
            found[page][kind] = {name: (ends[kind] + i,) for i, name in enumerate(names, start=1)}
            ends[kind] += len(names)
    return found


@given(pages)
def test_a_chapter_counts_from_one_after_its_own_number(pages):
    numbered = numbering.by_chapter(counted(pages))
    for page, kinds in pages.items():
        for kind, names in kinds.items():
            if page[9:11].isdigit():
                wanted = [(int(page[9:11]), i) for i in range(1, len(names) + 1)]
                assert [numbered[page][kind][name] for name in names] == wanted
            else:
                assert numbered[page][kind] == counted(pages)[page][kind]


def test_sphinx_gets_its_own_count_back_before_it_counts_again():
    own = counted({"chapters/02-x": {"exercise": ["a"], "displaymath": []}})
    env = SimpleNamespace(toc_fignumbers=own)
    numbering.renumber(None, env)
    assert env.toc_fignumbers["chapters/02-x"]["exercise"] == {"a": (2, 1)}
    numbering.give_back(None, env)
    assert env.toc_fignumbers is own
