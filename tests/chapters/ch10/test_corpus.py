from lstm_lab.chapters.ch10 import corpus

SOURCE = """---
title: x
---

# A “title” – here

:::{admonition} Before
:class: note
You need *this* (chapter 05).
:::

A line
goes on with $h_t$ and {cite:p}`someone1990` (P), `code`, a [link](page.md) and {glue:text}`ch01_x`.

```{code-cell} python
:tags: [hide-input]

print("(not prose)")
```

$$
x = 1
$$ (eq-01-x)

| a | table |
|---|---|

- An item with **weight**, {eq}`eq-01-x`.
"""


def test_prose_is_what_a_reader_reads():
    assert corpus.prose(SOURCE) == (
        'A "title" - here\nYou need *this* (chapter 05).\n'
        "A line goes on with $h_t$ and, code, a link and ch01_x.\n"
        "- An item with weight, eq-01-x."
    )


def test_the_parts_are_the_frozen_text_each_letter_once():
    parts, whole = corpus.parts(), corpus.FILE.read_text("ascii")
    chapters = whole.split(corpus.SEPARATOR)
    assert len(chapters) == 10
    lengths = [len(parts.learn), len(parts.choose), len(parts.test)]
    assert sum(lengths) == sum(map(len, chapters)) + 3 * (len(chapters) - 1)
    assert 0.89 < lengths[0] / sum(lengths) < 0.91
    for part in (parts.learn, parts.choose, parts.test):
        assert all(piece in whole for piece in part.split("\n"))
    assert set(parts.learn + parts.choose + parts.test) <= set(corpus.alphabet().letters)


def test_no_part_begins_where_another_has_not_ended():
    parts, chapters = corpus.parts(), corpus.FILE.read_text("ascii").split(corpus.SEPARATOR)
    first = chapters[0]
    cut = [int(share * len(first)) for share in (corpus.LEARNT, corpus.CHOSEN)]
    assert parts.learn.startswith(first[: cut[0]] + "\n")
    assert parts.choose.startswith(first[cut[0] : cut[1]] + "\n")
    assert parts.test.startswith(first[cut[1] :] + "\n")
