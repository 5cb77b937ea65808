"""What no page uses is taken out, and what a page uses stays."""

import base64
import io
import re
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild import extension as book
from bookbuild import lighter_pages

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"

PAGE = """<html><head>
<script data-x="y">document.documentElement.dataset.theme = "auto";</script>
<script defer src="_static/scripts/fontawesome.js?digest=1"></script>
<script src="_static/doctools.js"></script>
<script>let hint = "show";</script>
<script defer src="_static/explore.js"></script>
<script src="searchindex.js"></script>
</head><body><i class="fa-solid fa-bars"></i>
<math><mrow><mi>h</mi><mo>&#x0003D;</mo><mi>σ</mi><mi>W</mi></mrow></math>
<p>text</p></body></html>"""


WHOLE = book._math_font()


def characters(font):
    return set(TTFont(io.BytesIO(font)).getBestCmap())


def test_scripts_come_after_the_text_in_their_order():
    head, body = lighter_pages.text_first(PAGE).split("</head>")
    assert "dataset.theme" in head
    assert "explore.js" in head  # deferred, it never stood in the way
    assert "doctools" not in head
    assert body.index("<p>text</p>") < body.index("doctools.js") < body.index("let hint")
    assert "fontawesome" not in head + body


def test_the_library_of_the_menus_waits_until_it_is_wanted():
    early = '<link rel="preload" as="script" href="_static/scripts/bootstrap.js?digest=1" />'
    script = '<script defer src="_static/scripts/bootstrap.js?digest=1"></script>'
    page = PAGE.replace("</head>", f"{early}</head>").replace("</body>", f"{script}</body>")
    lighter = lighter_pages.text_first(page)
    assert early not in lighter
    assert ' src="_static/scripts/bootstrap.js' not in lighter
    assert 'data-later="_static/scripts/bootstrap.js?digest=1"' in lighter
    assert lighter_pages.text_first(lighter) == lighter


def test_inline_code_moves_into_files_and_handlers_to_names():
    files = {}
    page = PAGE.replace("<p>", '<button onclick="window.print()">p</button><p>')
    page = page.replace("</body>", '<script type="application/json">{"a": 1}</script></body>')
    clean = lighter_pages.without_inline_code(page, "_static", files)
    assert 'let hint = "show";\n' in files.values()
    assert all(f'<script src="_static/{name}"></script>' in clean for name in files)
    assert "let hint" not in clean
    assert 'data-lab-call="print"' in clean
    assert "onclick" not in clean
    assert '{"a": 1}' in clean
    assert lighter_pages.without_inline_code(clean, "_static", {}) == clean


def test_entries_of_a_bibliography_are_items_of_their_list():
    assert 'role="listitem"' in lighter_pages.with_landmark(
        '<div class="citation" role="doc-biblioentry">'
    )


def test_only_the_page_of_the_search_loads_its_index():
    assert "searchindex.js" not in lighter_pages.text_first(PAGE)
    assert "searchindex.js" in lighter_pages.text_first(PAGE, is_search=True)


def test_a_second_time_changes_nothing():
    once = lighter_pages.without_inline_code(lighter_pages.text_first(PAGE), "_static", {})
    assert lighter_pages.without_inline_code(lighter_pages.text_first(once), "_static", {}) == once
    assert once.index("inline/first-") < once.index("</head>")
    assert lighter_pages.text_first("no page at all") == "no page at all"


def test_rules_of_named_icons_stay_and_others_go():
    style = '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-bath:before{content:"\\f2cd"}a{--i:"\\f105"}'
    kept, signs = lighter_pages.without_icons(style, {"bars"})
    assert "fa-bars" in kept
    assert "fa-bath" not in kept
    assert signs == {0xF0C9, 0xF105}


def test_signs_written_out_in_a_style_sheet_are_found():
    assert lighter_pages.icon_signs('a{--i:"\uf0eb"} b{content:"\\f107"}') == {0xF0EB, 0xF107}


def test_a_formula_s_letters_come_with_their_italic_form():
    signs = lighter_pages.formula_signs([PAGE])
    assert {ord("="), ord("σ"), ord("𝜎"), ord("𝑊"), 0x210E} <= signs
    assert ord("p") not in signs  # of the text around it


def test_a_root_keeps_the_sign_that_no_text_holds():
    root = "<math><msqrt><mi>n</mi></msqrt></math>"
    assert 0x221A in lighter_pages.formula_signs([root])
    assert 0x221A not in lighter_pages.formula_signs(["<math><mi>n</mi></math>"])


@pytest.mark.parametrize(
    ("sign", "shown"), [("A", "𝐴"), ("z", "𝑧"), ("Ω", "𝛺"), ("ω", "𝜔"), ("+", "+")]
)
def test_italics(sign, shown):
    assert lighter_pages.italic(sign) == ord(shown)


def test_the_font_of_formulas_keeps_its_table_for_mathematics():
    cut = lighter_pages.cut_font(book._math_font(), map(ord, "∑√(x𝑥"), math=True)
    assert "MATH" in TTFont(io.BytesIO(cut))
    assert set(map(ord, "∑√(𝑥")) <= characters(cut)
    assert len(cut) < 60_000
    assert lighter_pages.cut_font(book._math_font(), map(ord, "∑√(x𝑥"), math=True) == cut


def test_signs_in_indices_keep_their_small_forms_and_others_lose_them():
    formula = (
        "<math><msub><mi>W</mi><mrow><mi>h</mi><mo>&#x0002B;</mo></mrow></msub><mi>k</mi></math>"
    )
    small = lighter_pages.script_signs([formula])
    assert {0x210E, ord("+")} <= small
    assert not {ord("W"), ord("𝑊"), ord("𝑘")} & small
    assert ord("n") in lighter_pages.script_signs(
        ["<math><mfrac><mi>n</mi><mi>m</mi></mfrac></math>"]
    )

    def forms(kept):
        cut = lighter_pages.cut_font(book._math_font(), map(ord, "ℎ𝑊𝑘"), math=True, small=kept)
        return {
            name
            for lookup in TTFont(io.BytesIO(cut))["GSUB"].table.LookupList.Lookup
            for table in lookup.SubTable
            for name in getattr(getattr(table, "ExtSubTable", table), "alternates", {})
        }

    assert len(forms({0x210E})) == 1
    assert len(forms({0x210E, ord("𝑊"), ord("𝑘")})) == 3


def test_a_built_folder_is_lightened(tmp_path):
    tmp_path /= "html"
    for name in ("styles/pydata-sphinx-theme.css", "scripts/fontawesome.js"):
        (tmp_path / "_static" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "_static" / name).write_text((THEME / name).read_text("utf-8"), "utf-8")
    (tmp_path / "_static" / "vendor" / "fontawesome" / "webfonts").mkdir(parents=True)
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "_static" / "documentation_options.js").write_text("const A = 1;\n", "utf-8")
    (tmp_path / "_static" / "other.css").write_text(".idle{color:red}p{color:blue}", "utf-8")
    lighter_pages.lighten(tmp_path, THEME, book._math_font(), "math.woff2")
    assert not (tmp_path / "_static" / "scripts" / "fontawesome.js").exists()
    icons = tmp_path / "_static" / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    assert 0xF0C9 in characters(icons.read_bytes())
    assert icons.stat().st_size < 10_000
    font = (tmp_path / "_static" / "math.woff2").read_bytes()
    assert ord("𝑊") in characters(font)
    held = re.search(r'atob\("([^"]+)"\)', (tmp_path / "_static" / "math.js").read_text("utf-8"))
    assert base64.b64decode(held[1]) == font
    style = (tmp_path / "_static" / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    assert ".fa-bars:before" in style
    held = re.findall(r"url\(data:font/woff2;base64,([^)]+)\)", style)
    assert icons.read_bytes() in [base64.b64decode(font) for font in held]
    assert ".ttf" not in style  # nothing is asked for, which a page without an origin may not
    assert ".fa-bath:before" not in style
    assert ".carousel" not in style
    assert (
        tmp_path / "_static" / "other.css"
    ).read_text() == "p{color:blue}" + lighter_pages.PURGED


def test_a_style_sheet_that_a_build_leaves_alone_is_purged_anew_from_its_whole_form(tmp_path):
    sheet, kept = tmp_path / "a.css", tmp_path / "kept" / "a.css"
    sheet.write_text(".a{color:red}.b{color:blue}")
    assert lighter_pages.whole_sheet(sheet, kept) == ".a{color:red}.b{color:blue}"
    lighter_pages.purge_styles(
        tmp_path, {"a.css": lighter_pages.whole_sheet(sheet, kept)}, ['<p class="a">']
    )
    assert sheet.read_text() == ".a{color:red}" + lighter_pages.PURGED
    lighter_pages.purge_styles(
        tmp_path, {"a.css": lighter_pages.whole_sheet(sheet, kept)}, ['<p class="b">']
    )
    assert sheet.read_text() == ".b{color:blue}" + lighter_pages.PURGED
    kept.unlink()
    with pytest.raises(FileNotFoundError, match=r"a\.css is purged.*make clean"):
        lighter_pages.whole_sheet(sheet, kept)


def test_a_script_that_has_nothing_to_work_on_is_left_out():
    page = PAGE.replace("doctools.js", "design-tabs.js?v=1")
    assert "design-tabs.js" not in lighter_pages.text_first(page)
    assert "design-tabs.js" in lighter_pages.text_first(
        page.replace("<p>", '<p class="sd-tab-set">')
    )


def test_every_icon_and_sign_of_the_built_book_has_its_glyph(built_book):
    texts = [page.read_text("utf-8") for page in lighter_pages.pages(built_book)]
    assert all("fontawesome.js" not in text for text in texts)
    math = characters((built_book / "_static" / book.FONT).read_bytes())
    whole = characters(book._math_font())
    assert lighter_pages.formula_signs(texts) & whole <= math
    style = (built_book / "_static" / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    for name in lighter_pages.icons_named(texts) & {
        "bars",
        "list",
        "magnifying-glass",
        "download",
        "expand",
    }:
        assert f".fa-{name}:before" in style


def test_nothing_but_the_mode_of_light_stands_before_the_text(built_book):
    for file in lighter_pages.pages(built_book):
        head = file.read_text("utf-8").split("</head>")[0]
        before = re.findall(r"<script(?![^>]*defer)[^>]*>", head)
        assert len(before) <= 1, file
        assert all("inline/first-" in script for script in before)


def test_a_page_with_formulas_asks_for_their_font_at_once():
    written, files = {}, {}
    choice = "<script>document.documentElement.dataset.theme = 'auto'</script>"
    for body in ("<math><mi>x</mi></math>", "no formula"):
        page = f"<html><head>{choice}</head><body>{body}</body></html>"
        written[body] = lighter_pages.without_inline_code(page, "_static", files, "Math.woff2")
    assert 'data-font="_static/Math.woff2"' in written["<math><mi>x</mi></math>"]
    assert "data-font" not in written["no formula"]
    (code,) = files.values()
    assert "prefers-color-scheme" in code


class Ids(HTMLParser):
    """Counts the ids of a page."""

    def __init__(self):
        super().__init__()
        self.counted = Counter()

    def handle_starttag(self, tag, attrs):
        self.counted.update(value for name, value in attrs if name == "id")


def repeated(page):
    ids = Ids()
    ids.feed(page)
    return [name for name, count in ids.counted.items() if count > 1]


def test_no_id_stands_twice_in_a_page(built_book):
    twice = {
        page.name: names
        for page in lighter_pages.pages(built_book)
        if (names := repeated(page.read_text()))
    }
    assert twice == {}


def test_an_id_that_stands_twice_would_be_found():
    assert repeated('<p id="a"><b id="b"></b></p><svg><g id="a"/></svg>') == ["a"]


# --- over generated pages, sheets and formulas

pieces = st.lists(
    st.sampled_from(
        [
            '<script src="a.js"></script>',
            '<script src="b.js"></script>',
            "<script>let c = 1;</script>",
            '<script defer src="d.js"></script>',
            '<script>document.documentElement.dataset.theme = "auto";</script>',
            '<link rel="stylesheet" href="e.css">',
            '<script src="searchindex.js"></script>',
        ]
    ),
    max_size=8,
)
bodies = st.lists(
    st.sampled_from(
        ["<p>text</p>", '<b onclick="go()">x</b>', "<script>let f = 2;</script>", "<math></math>"]
    ),
    max_size=5,
)


@given(pieces, bodies, st.booleans())
def test_every_script_is_kept_once_and_in_its_order(head, body, is_search):
    page = f"<html><head>{''.join(head)}</head><body>{''.join(body)}</body></html>"
    moved = lighter_pages.text_first(page, is_search)
    before, _, after = moved.partition("</head>")
    waits = [
        one
        for one in head
        if one.startswith("<script") and "defer" not in one and "theme" not in one
    ]
    expected = [one for one in waits if is_search or "searchindex" not in one]
    assert (
        re.findall(r"<script.*?</script>", after)[len([b for b in body if "<script" in b]) :]
        == expected
    )
    assert [one for one in head if one not in waits] == re.findall(
        r"<script.*?</script>|<link[^>]*>", before
    )
    assert after.startswith("<body>" + "".join(body))
    assert lighter_pages.text_first(moved, is_search) == moved


@given(pieces, bodies)
def test_no_code_and_no_handler_stays_in_a_page(head, body):
    page = f"<html><head>{''.join(head)}</head><body>{''.join(body)}</body></html>"
    files = {}
    clean = lighter_pages.without_inline_code(page, "../_static", files, "font.woff2")
    assert not re.search(r"<script[^>]*>[^<]", clean)
    assert "onclick" not in clean
    assert clean.count("<script") == page.count("<script")
    assert clean.count('data-lab-call="go"') == page.count('onclick="go()"')
    assert set(re.findall(r"\.\./_static/(inline/[^\"]+)", clean)) == set(files)
    assert lighter_pages.without_inline_code(clean, "../_static", {}) == clean


icon_names = st.sampled_from(["bars", "moon", "sun", "play"])


@given(st.sets(icon_names), st.lists(icon_names, unique=True))
def test_rules_of_the_icons_that_pages_name_stay(named, known):
    rules = {name: f'.fa-{name}:before{{content:"\\f00{n}"}}' for n, name in enumerate(known)}
    pages = [f'<i class="fa-solid fa-{name} big"></i>' for name in sorted(named)]
    left, signs = lighter_pages.without_icons(
        "a{color:red}" + "".join(rules.values()), lighter_pages.icons_named(pages)
    )
    assert left == "a{color:red}" + "".join(rule for name, rule in rules.items() if name in named)
    assert signs == {0xF000 + n for n, name in enumerate(known) if name in named}
    assert lighter_pages.icon_signs("".join(rules.values())) == {
        0xF000 + n for n in range(len(known))
    }


letters = st.sampled_from("abxyzABΩαβω∂=+1")


@given(st.lists(letters, min_size=1), letters, letters)
def test_a_formula_brings_its_signs_and_those_in_its_indices(signs, base, index):
    row = "".join(f"<mi>{sign}</mi>" for sign in signs)
    page = f"<p>q</p><math><mrow>{row}<msub><mi>{base}</mi><mi>{index}</mi></msub></mrow></math>"
    found, small = lighter_pages.formula_signs([page]), lighter_pages.script_signs([page])
    shown = {*signs, base, index}
    assert found == {ord(sign) for sign in shown} | {lighter_pages.italic(sign) for sign in shown}
    assert small == {ord(index), lighter_pages.italic(index)}
    assert ord("q") not in found - {lighter_pages.italic(sign) for sign in shown}


@given(st.characters(max_codepoint=0x3FF))
def test_an_italic_sign_stands_for_its_letter(sign):
    shown = chr(lighter_pages.italic(sign))
    assert shown == sign or unicodedata.normalize("NFKD", shown) == unicodedata.normalize(
        "NFKD", sign
    )


@given(st.text(max_size=60))
def test_a_text_without_a_bibliography_or_a_sidebar_stays(text):
    assert lighter_pages.with_landmark(text) == text


@given(st.text(st.sampled_from("abxh(√∑𝑥ℎ±\u0531"), min_size=1, max_size=6))
@settings(max_examples=4)
def test_a_cut_font_holds_the_signs_that_were_asked_for_and_that_it_has(signs):
    asked = set(map(ord, signs))
    held = characters(lighter_pages.cut_font(WHOLE, asked, math=True))
    assert asked & characters(WHOLE) <= held
    assert len(held) < len(asked) + 20  # what formulas grow from comes along
    assert 0x0531 not in held


def test_a_clone_in_a_folder_called_python_keeps_what_its_scripts_write(tmp_path):
    static = tmp_path / "python" / "_static"
    (static / "cells").mkdir(parents=True)
    (static / "cells" / "steps.js").write_text('button.className = "lab-take";')
    lighter_pages.purge_styles(
        static, {"a.css": ".lab-take{color:red}.gone{color:blue}"}, ["<p></p>"]
    )
    assert "lab-take" in (static / "a.css").read_text()
    assert "gone" not in (static / "a.css").read_text()
