"""Packed states that were damaged, or made to do harm: the right figure, or its picture and a sentence on why."""

from __future__ import annotations

import base64
import copy
import json
import random
import zlib

import numpy as np
import pytest

from bookbuild import extension as book
from bookbuild.explorer_html import page_html, payload_key, payload_script
from lstm_lab.interact.pack import pack

pytestmark = pytest.mark.browser

SECONDS = 5.0  # for any one block
EXPLORE = book.HERE / "assets"
STATES = 4
PICTURE = '<svg class="first" viewBox="0 0 10 10"><path d="M0 0h9v9z"/></svg>'
SUMMARIES = [f"The curve ends at {k}." for k in range(STATES)]


def states():
    rng = np.random.default_rng(1)
    return [
        {
            "data": [
                {"type": "scatter", "name": f"run {k}", "x": np.arange(40.0), "y": rng.random(40)},
                {"type": "heatmap", "z": rng.random((3, 4)).tolist()},
            ],
            "layout": {"meta": {"summary": SUMMARIES[k]}, "title": {"text": f"{k}"}},
        }
        for k in range(STATES)
    ]


def packed_page(name="one", block=None):
    """What the build keeps of an explorer with one slider; with another block, if one is given."""
    text = pack(states(), [str(k) for k in range(STATES)]).text if block is None else block
    control = {
        "name": "end", "label": "end", "kind": "range", "initial": 0, "only": {},
        "texts": [f"{k} steps" for k in range(STATES)], "values": list(range(STATES)),
    }  # fmt: skip
    return {
        "name": name, "caption": "", "controls": [control], "summary": SUMMARIES[0],
        "picture": PICTURE, "height": 120, "payload": text,
    }  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the scripts of the book."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "explorers").mkdir()
    for name in (*book.SCRIPTS, "explore.css"):
        (folder / name).write_bytes((EXPLORE / name).read_bytes())
    (folder / "plotly.min.js").write_bytes(book._plotly_script())
    (folder / "explore-themes.js").write_text(book._themes_script())
    return folder


def written(folder, pages):
    """A page with these explorers."""
    for page in pages:
        (folder / "explorers" / f"{payload_key(page)}.js").write_text(payload_script(page))
    head = '<meta charset="utf-8"><link rel="stylesheet" href="explore.css">'
    for name in (*book.SCRIPTS, "explore-themes.js"):
        head += f'<script defer src="{name}"></script>'
    body = "".join(page_html(page, ".") for page in pages)
    file = folder / "page.html"
    file.write_text(
        f'<!doctype html><html data-theme="light"><head>{head}</head><body>{body}</body></html>'
    )
    return file


@pytest.fixture(scope="module")
def decode(browser, folder):
    """A function that decodes blocks in the browser: for each what its leaves hold, or what was said, and seconds."""
    page = browser.new_page()
    page.goto(written(folder, []).as_uri())
    yield lambda blocks: page.evaluate(
        """async (blocks) => {
          const found = [];
          for (const text of blocks) {
            const began = performance.now();
            let holds = null, said = null;
            try {
              const { keys, template, leaves } = await lstmLab.unpack(text);
              holds = JSON.stringify([keys, template, leaves.map(({ path, index, values }) => [path, index, values])]);
            } catch (error) { said = `${error.name}: ${error.message}`; }
            found.push({ holds, said, seconds: (performance.now() - began) / 1000 });
          }
          return found;
        }""",
        blocks,
    )
    page.close()


def damaged(rng):
    """The compressed block with a bit flipped, a piece cut out, its end cut off, or rubbish behind it."""
    block = base64.b64decode(packed_page()["payload"])
    blocks = []
    for _ in range(200):
        changed = bytearray(block)
        changed[rng.randrange(len(block))] ^= 1 << rng.randrange(8)
        blocks.append(changed)
    blocks += [block[:end] for end in range(0, len(block), len(block) // 60)]
    for _ in range(40):
        start = rng.randrange(len(block))
        blocks.append(block[:start] + block[start + rng.randrange(1, 20) :])
        blocks.append(block + rng.randbytes(rng.randrange(1, 40)))
    return [base64.b64encode(block).decode() for block in blocks]


def test_a_damaged_block_is_the_same_or_refused(decode):
    rng = random.Random(1997)
    (whole,) = decode([packed_page()["payload"]])
    assert whole["said"] is None
    text = packed_page()["payload"]
    places = [rng.randrange(len(text)) for _ in range(60)]
    letters = [text[:at] + rng.choice("é!=\0Aa/") + text[at + 1 :] for at in places]
    found = decode(damaged(rng) + letters)
    assert {one["holds"] for one in found} <= {None, whole["holds"]}
    assert all(one["said"] for one in found if one["holds"] is None)
    assert sum(one["holds"] is None for one in found) > len(found) * 0.8
    assert max(one["seconds"] for one in found) < SECONDS


def opened():
    """The JSON and the planes of the block."""
    block = zlib.decompress(base64.b64decode(packed_page()["payload"]))
    end = 4 + int.from_bytes(block[:4], "little")
    return json.loads(block[4:end]), block[end:]


def closed(content, planes, length=None):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    length = len(text) if length is None else length
    block = length.to_bytes(4, "little") + text + planes
    return base64.b64encode(zlib.compress(block)).decode()


def array_leaf(content):
    return next(leaf for leaf in content["leaves"] if "shapes" in leaf)


BAD_SHAPES = [
    [1e9],
    [1e200, 1e200],
    [-5],
    [2.5],
    [0, 1e9],
    [],
    [1, 2, 3],
    "40",
    [None],
    [41],
    [4e9, 0],
]
BAD_INDEX = [[0], [0, 0, 0, 99], [0, 0, 0, -1], [0, 0, 0, 0.5], "0000", None, [[0], 0, 0, 0]]
BAD_PATHS = [
    ["__proto__", "a"], ["constructor", "prototype", "a"], ["layout", "__proto__", "a"], ["data"],
    ["data", 9, "y"], ["data", "length"], ["data", -1, "y"], ["layout"], [], "layout", ["keys", 0],
    ["data", 0, "type", "x"], ["data", "length", "x"],
]  # fmt: skip


def made_to_do_harm():
    """Blocks that are whole, but ask for too much or lead elsewhere."""
    content, planes = opened()
    for part, others in (("shapes", BAD_SHAPES), ("index", BAD_INDEX), ("path", BAD_PATHS)):
        for other in others:
            changed = copy.deepcopy(content)
            leaf = array_leaf(changed)
            leaf[part] = [other, *leaf["shapes"][1:]] if part == "shapes" else other
            yield closed(changed, planes)
    changed = copy.deepcopy(content)
    array_leaf(changed)["shapes"].append([9_000_000, 0])
    yield closed(changed, planes)
    for other in (None, "text", [], 7, {}, {"keys": [], "leaves": [], "template": {}}):
        yield closed(other, planes)
    for change in ({"low": "0"}, {"step": None}, {"low": {}}, {"shapes": {"length": 1e9}}):
        changed = copy.deepcopy(content)
        array_leaf(changed).update(change)
        yield closed(changed, planes)
    yield closed(json.dumps(content).replace('"low": ', '"low": 1e999, "was": ').encode(), planes)
    yield closed(b"[" * 1_000_000, planes)
    yield closed(b'{"__proto__": 1', planes)
    yield closed(content, planes[:-2])
    yield closed(content, planes + b"\0\0")
    for length in (0, 3, 2**31, 2**32 - 1):
        yield closed(content, planes, length)
    yield base64.b64encode(zlib.compress(b"")).decode()
    yield base64.b64encode(zlib.compress(b"\1")).decode()


def test_a_block_that_asks_for_too_much_is_refused(decode):
    blocks = list(made_to_do_harm())
    found = decode(blocks)
    assert [place for place, one in enumerate(found) if one["said"] is None] == []
    assert max(one["seconds"] for one in found) < SECONDS
    assert decode([packed_page()["payload"]])[0]["holds"]


def test_a_block_that_would_fill_the_memory_is_refused_before_it_does(decode):
    bomb = zlib.compressobj(9)
    parts = [bomb.compress(b"\0" * 10_000_000) for _ in range(10)]
    block = b"".join(parts) + bomb.flush()
    assert len(block) < 120_000
    (found,) = decode([base64.b64encode(block).decode()])
    assert "larger than 16000000 bytes" in found["said"]
    assert found["seconds"] < SECONDS


ODD = [None, True, -1, 1e308, "<img src=x onerror=alert(1)>", [], {}, [[None]], {"__proto__": 1}]


def generated(rng, count):
    """Blocks with any part of their JSON gone or of another kind."""
    content, planes = opened()

    def places(part, path=()):
        inner = part.items() if isinstance(part, dict) else enumerate(part[:3])
        for key, value in inner:
            yield (*path, key)
            if isinstance(value, dict | list):
                yield from places(value, (*path, key))

    paths = list(places(content))
    for _ in range(count):
        changed = copy.deepcopy(content)
        path = rng.choice(paths)
        part = changed
        for key in path[:-1]:
            part = part[key]
        if rng.random() < 0.3:
            del part[path[-1]]
        else:
            part[path[-1]] = rng.choice(ODD)
        yield closed(changed, planes)


def test_whatever_a_block_holds_decoding_ends(decode):
    found = decode(list(generated(random.Random(3), 300)))
    assert max(one["seconds"] for one in found) < SECONDS
    assert sum(one["said"] is not None for one in found) > 50


def test_a_reader_sees_the_figure_or_its_picture_and_the_reason(browser, folder):
    """Every explorer of a page with damaged ones: drawn in every state, or whole as the picture that it was."""
    blocks = [None, *list(made_to_do_harm())[::6], *generated(random.Random(11), 24), "", "!"]
    pages = [packed_page(f"e{place}", block) for place, block in enumerate(blocks)]
    file = written(folder, pages)
    (folder / "explorers" / f"{payload_key(pages[-1])}.js").unlink()  # and one that is not there
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    errors, dialogs = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    ready = "root => root.dataset.ready !== undefined || root.dataset.failed !== undefined"
    failed = 0
    for root in page.locator(".lab-explorer").all():
        root.scroll_into_view_if_needed()
        page.wait_for_function(ready, arg=root.element_handle())
        slider = root.locator('input[type="range"]')
        for state in range(STATES):
            if slider.count():
                slider.evaluate(
                    "(slider, at) => { slider.value = at;"
                    " slider.dispatchEvent(new Event('input', { bubbles: true })); }",
                    state,
                )
                page.evaluate(
                    "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
                )
        if root.get_attribute("data-failed") is None:
            assert root.locator(".lab-plot .main-svg").count()
            assert root.locator("svg.first").count() == 0
            continue
        failed += 1
        assert root.locator(".lab-plot > svg.first").is_visible()
        assert root.locator(".lab-plot > *").count() == 1
        assert root.locator(".lab-summary").inner_text() == SUMMARIES[0]
        assert "cannot be moved" in root.get_by_role("alert").inner_text()
        assert root.locator("input, button").count() == 0
    first = page.locator('[data-explorer="e0"]')
    assert first.get_attribute("data-failed") is None
    assert first.locator(".lab-summary").inner_text() == SUMMARIES[-1]
    assert failed > 10
    assert errors == []
    assert dialogs == []
    page.close()
