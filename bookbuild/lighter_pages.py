"""Lighter pages: after a build, what no page uses is taken out of what every page loads.

The theme brings every icon there is, twice (as a font and as a script that draws them), and loads its scripts before
the text. A page of this book needs some twenty icons, and its text first. So, when the pages are written:

- the script that draws icons goes, and the icon fonts are cut to the icons that pages or style sheets name;
- the font for mathematics is cut to the signs that stand in a formula of the book;
- a page with formulas asks for that font at once, so that its lines do not move when the font arrives; one that is
  opened from disk may not ask, and takes the font from a script that holds it;
- a page is light or dark before it is drawn: the theme leaves that open until its scripts run, after the text;
- what the theme leaves outside of every landmark gets a name for screen readers, and no id stands twice;
- code that stands in the page moves into files, and handlers in attributes to `explore.js`, so that a site may forbid
  both by a Content-Security-Policy;
- rules of style sheets that no page can meet go (`unused_styles.py`);
- the library of the theme's menus waits until one of them is wanted (`assets/menus.js`);
- classic scripts move from the head to the end of the body, in their order, and those of the search to its own page;
  one that has nothing to work on in a page is left out there.

Source of the icons and of the font: the installed packages, whose files are read and not changed. See CONTRIBUTING.md.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bookbuild import unused_styles

ICON_SCRIPT = re.compile(r"\s*<script[^>]*fontawesome\.js[^>]*></script>")
ICON_RULE = re.compile(r'((?:\.fa-[\w-]+:+before,?)+)\{content:"\\([0-9a-f]+) ?"\}')
ICON_FONT = re.compile(
    r'url\(\.\./vendor/fontawesome/webfonts/([\w-]+\.woff2)\) format\("woff2"\)'
    r'(?:,url\([^)]*\.ttf\) format\("truetype"\))?'
)
ICON_NAME = re.compile(r"fa-([\w-]+)")
SIGN = re.compile(r'"\\([ef][0-9a-f]{3})"|([\ue000-\uf8ff])')
HEAD = re.compile(r"(?s)<head>.*?</head>")
SCRIPT = re.compile(r"(?s)[ \t]*<script(?P<options>[^>]*)>(?P<code>.*?)</script>\s*?\n?")
HANDLER = re.compile(r'onclick="(?:window\.)?(\w+)\(\)"')
LATER = re.compile(r'<script (?:defer )?src="([^"]*/scripts/bootstrap\.js[^"]*)"></script>')
ASKED_EARLY = re.compile(
    r'<link rel="preload" as="script" href="[^"]*/scripts/bootstrap\.js[^"]*" />\n?'
)
SUMMARIES = (
    "DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY &&= self.origin !== 'null'; // they are fetched"
)
SEARCH_ONLY = ("searchtools.js", "language_data.js", "searchindex.js")
NEEDED_BY = {  # a script, and what a page must hold to need it
    "design-tabs.js": "sd-tab-set",
    "copybutton.js": "<pre",
    "clipboard.min.js": "<pre",
}
DRAWN = (
    "user-select-none"  # the one class that Plotly gives its elements and that the theme knows too
)
OWN_SHEET = "explore.css"
OTHER_SCRIPTS = ("plotly.min.js", "searchindex.js", "explorers", "python")
PURGED = "/* purged */"
FORMULA = re.compile(r"(?s)<math\b.*?</math>")
WITH_SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover", "mroot")
STAYS = "dataset.theme"  # in the script that keeps a dark page from flashing white ...
STORAGE = """// Where a page may store nothing, as in a frame without an origin, it keeps by itself what scripts store.
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("");
  } catch {
    const kept = new Map();
    const value = {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, text) => kept.set(String(key), String(text)),
      removeItem: (key) => kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (place) => [...kept.keys()][place] ?? null,
      get length() { return kept.size; },
    };
    Object.defineProperty(window, name, { value });
  }
}
// From disk Firefox stores for each file by itself: a link takes the choice of light to the next page.
if (location.protocol === "file:") {
  const said = /[?&]light=(light|dark|auto)$/.exec(location.search);
  if (said) for (const name of ["mode", "theme"]) localStorage.setItem(name, said[1]);
  addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[href]");
    const mode = localStorage.getItem("mode");
    const leaves = link?.protocol === "file:" && link.pathname !== location.pathname && !link.search;
    if (mode && leaves && link.pathname.endsWith(".html")) link.search = `light=${mode}`;
  }, true);
}
"""
POLICY = "; ".join(
    [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Plotly sets the style of single elements
        "img-src 'self' data:",  # heat maps
        "font-src 'self' data:",  # icons
        "script-src 'self' 'wasm-unsafe-eval'",  # Python
        "worker-src 'self' blob:",  # Python
        "base-uri 'none'",
    ]
)
"""What a page of the book loads and runs. It says so by its first script: a page without an origin, from disk or
in a frame, has no 'self' in WebKit, and would forbid itself all."""
AT_ONCE = """
(() => {
  const page = document.documentElement;
  if (page.dataset.theme === "auto") {
    page.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  if (self.origin !== "null") {
    const policy = { httpEquiv: "Content-Security-Policy", content: "POLICY" };
    document.head.append(Object.assign(document.createElement("meta"), policy));
  }
  const font = document.currentScript.dataset.font;
  if (!font) return;
  if (self.origin === "null") { // from disk, or in a frame without an origin, a font may not be asked for
    document.write(`<script src="${font.replace(/woff2$/, "js")}"></script>`);
    return;
  }
  const early = { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href: font };
  document.head.append(Object.assign(document.createElement("link"), early));
})();"""
FONT_SCRIPT = """document.fonts.add(
  new FontFace("STIX Two Math", Uint8Array.from(atob("{}"), (letter) => letter.charCodeAt(0)))
);
"""
REPEATED = re.compile(r' id="(?:exercise|solution)-content"')  # sphinx-exercise gives it to each
FIRST = "inline/first-"  # ... whose file is named so
ITALIC = {"h": 0x210E, "ϵ": 0x1D716, "ϑ": 0x1D717, "ϕ": 0x1D719, "ϱ": 0x1D71A, "ϖ": 0x1D71B}


def pages(folder: Path) -> list[Path]:
    """The written pages, in a fixed order."""
    return sorted(file for file in folder.rglob("*.html") if "_static" not in file.parts)


def text_first(page: str, is_search: bool = False) -> str:
    """The page with its scripts after its text; a second time changes nothing.

    Args:
        page: HTML as the theme wrote it.
        is_search: whether this is the page of the search, which alone needs the index.
    """
    head = HEAD.search(page)
    if head is None:
        return page
    moved: list[str] = []

    def take(found: re.Match[str]) -> str:
        options = found["options"]
        if STAYS in found["code"] or FIRST in options or "defer" in options:
            return found[0]
        idle = any(f"/{name}" in options and sign not in page for name, sign in NEEDED_BY.items())
        if not idle and (is_search or not any(name in options for name in SEARCH_ONLY)):
            moved.append(f"<script{options}>{found['code']}</script>\n")
        return ""

    lighter = SCRIPT.sub(take, ICON_SCRIPT.sub("", head[0]))
    before, end, after = page[head.end() :].rpartition("</body>")
    page = page[: head.start()] + lighter + before + "".join(moved) + end + after
    return LATER.sub(
        r'<script type="text/plain" data-later="\1"></script>', ASKED_EARLY.sub("", page)
    )


def without_inline_code(page: str, static: str, files: dict[str, str], font: str = "") -> str:
    """The page with its inline scripts in files of their own and no handler in an attribute.

    Args:
        page: HTML.
        static: the way from the page to the static files.
        files: the code of each file is put in here under its name.
        font: the file of the font for formulas, which a page with formulas asks for at once.
    """

    def outside(found: re.Match[str]) -> str:
        code = found["code"].strip()
        if not code or "src=" in found["options"] or "type=" in found["options"]:
            return found[0]
        kind = FIRST if STAYS in code else "inline/"
        code = f"{STORAGE}{code}{AT_ONCE.replace('POLICY', POLICY)}" if STAYS in code else code
        name = f"{kind}{hashlib.sha256(code.encode()).hexdigest()[:12]}.js"
        files[name] = code + "\n"
        early = (
            f' data-font="{static}/{font}"' if kind is FIRST and "<math" in page and font else ""
        )
        return f'<script src="{static}/{name}"{early}></script>\n'

    return HANDLER.sub(r'data-lab-call="\1"', SCRIPT.sub(outside, page))


def with_landmark(page: str) -> str:
    """The page with a named region around what the theme leaves outside of any: title and search.

    The entries of a bibliography become items of their list: the role that Sphinx gives them is deprecated.
    """
    return page.replace('role="doc-biblioentry"', 'role="listitem"').replace(
        '<div class="sidebar-primary-items__start sidebar-primary__section">',
        '<div class="sidebar-primary-items__start sidebar-primary__section"'
        ' role="region" aria-label="Contents">',
    )


def icons_named(texts: Iterable[str]) -> set[str]:
    """The names of icons in classes (`fa-bars`): of these and no others the rules are kept."""
    return {
        name
        for text in texts
        for classes in re.findall(r'class="([^"]*\bfa-[^"]*)"', text)
        for name in ICON_NAME.findall(classes)
    }


def without_icons(style: str, named: set[str]) -> tuple[str, set[int]]:
    """The style sheet without the rules of icons that are not named, and the signs it still shows."""
    signs = icon_signs(ICON_RULE.sub("", style))

    def keep(found: re.Match[str]) -> str:
        if not named.intersection(ICON_NAME.findall(found[1])):
            return ""
        signs.add(int(found[2], 16))
        return found[0]

    return ICON_RULE.sub(keep, style), signs


def with_icon_fonts(style: str, fonts: Path) -> str:
    """The style sheet with the icons' fonts, which are cut to a few signs, in itself.

    A page without an origin, from disk or in a frame, may not ask for a font.
    """

    def held(found: re.Match[str]) -> str:
        font = base64.b64encode((fonts / found[1]).read_bytes()).decode()
        return f'url(data:font/woff2;base64,{font}) format("woff2")'

    return ICON_FONT.sub(held, style)


def icon_signs(style: str) -> set[int]:
    """The signs that a style sheet shows: from a font's private range, written out or as a code."""
    return {int(code, 16) if code else ord(sign) for code, sign in SIGN.findall(style)}


def formula_signs(texts: Iterable[str]) -> set[int]:
    """The signs of all formulas, with the italic form in which a single letter is shown."""
    signs = set()
    for text in texts:
        for formula in FORMULA.findall(text):
            signs |= set(html.unescape(re.sub(r"<[^>]*>", "", formula)))
            if re.search(r"<m(?:sqrt|root)\b", formula):
                signs.add("√")  # drawn by the browser, from the font
    return {ord(sign) for sign in signs} | {italic(sign) for sign in signs}


def script_signs(texts: Iterable[str]) -> set[int]:
    """The signs that stand in an index, an exponent, a fraction or a limit, where a font has small forms of its own."""
    signs: set[str] = set()
    for formula in {one for text in texts for one in FORMULA.findall(text)}:
        for element in ElementTree.fromstring(
            re.sub(r"&(?!#|lt;|gt;|amp;)", "&amp;", formula)
        ).iter():
            tag = element.tag.rpartition("}")[2]
            if tag == "mfrac" or tag in WITH_SCRIPTS:
                for child in list(element)[tag != "mfrac" :]:
                    signs |= set("".join(child.itertext()))
    return {ord(sign) for sign in signs} | {italic(sign) for sign in signs}


def italic(sign: str) -> int:
    """Where Unicode has the mathematical italic of a Latin or Greek letter; the sign itself else."""
    if sign in ITALIC:
        return ITALIC[sign]
    for first, last, start in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E)):
        if first <= sign <= last:
            return start + ord(sign) - ord(first)
    for first, last, start in (("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
        if (
            first <= sign <= last and sign != "\u03a2"
        ):  # no letter: where a final capital sigma would be
            return start + ord(sign) - ord(first)
    return ord(sign)


def cut_font(
    font: bytes, signs: Iterable[int], math: bool = False, small: Iterable[int] = ()
) -> bytes:
    """A font with those signs alone and without hints for coarse screens, as WOFF2.

    Args:
        font: the whole font.
        signs: what it shall show.
        math: whether it is one for mathematics, with a table of its own for that.
        small: the signs whose forms for indices and exponents are kept.
    """
    import io
    import logging

    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it lists every glyph
    whole = TTFont(io.BytesIO(font), recalcTimestamp=False)
    options = Options(
        layout_features=["math", "ssty", "mark", "mkmk", "ccmp"] if math else [], hinting=False
    )
    options.name_IDs = [0, 1, 2, 13, 14]  # whose it is, and its licence
    if math:
        _keep_small_forms(whole, set(small))
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(signs))
    subsetter.subset(whole)
    whole.flavor = "woff2"
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def _keep_small_forms(font: Any, signs: set[int]) -> None:
    """Forget the alternates of a font, which are forms for indices, of all but these signs."""
    names = {name for sign, name in font.getBestCmap().items() if sign in signs}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if hasattr(table, "alternates"):
                kept = {name: forms for name, forms in table.alternates.items() if name in names}
                table.alternates = kept


def whole_sheet(sheet: Path, kept: Path) -> str:
    """A style sheet as it was before it was purged; a copy is kept, since not every build writes it anew."""
    style = sheet.read_text("utf-8")
    if not style.endswith(PURGED):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(style, "utf-8")
        return style
    if not kept.exists():
        raise FileNotFoundError(
            f"{sheet} is purged, and its whole form is not in {kept}: make clean"
        )
    return kept.read_text("utf-8")


def purge_styles(static: Path, sheets: dict[str, str], pages: Iterable[str]) -> None:
    """Write the style sheets without what neither pages nor scripts need.

    Args:
        static: the folder of static files.
        sheets: whole style sheets by their names in it.
        pages: HTML.
    """
    scripts = [
        file.read_text("utf-8")
        for file in sorted(static.rglob("*.js"))
        if not any(name in file.relative_to(static).parts for name in OTHER_SCRIPTS)
    ]
    pages = list(pages)
    known = unused_styles.words(pages, [*scripts, DRAWN])
    lighter = {
        name: style if name == OWN_SHEET else unused_styles.purge(style, known)
        for name, style in sheets.items()
    }
    lighter = unused_styles.without_idle_variables(lighter, "".join([*pages, *scripts]))
    for name, style in lighter.items():
        (static / name).write_text(style + PURGED, "utf-8")


def lighten(folder: Path, theme: Path, math_font: bytes, math_name: str) -> None:
    """Lighten a built book in place.

    Args:
        folder: of the HTML.
        theme: the static files of the theme's package, as it was installed.
        math_font: the whole font for mathematics.
        math_name: what it is called among the static files.

    Raises:
        FileNotFoundError: if the theme no longer has the files that this knows.
    """
    static = folder / "_static"
    texts: dict[Path, str] = {}
    scripts: dict[str, str] = {}
    for file in pages(folder):
        written = file.read_text("utf-8")
        page = REPEATED.sub("", with_landmark(text_first(written, file.name == "search.html")))
        up = "../" * (len(file.relative_to(folder).parts) - 1) + "_static"
        texts[file] = without_inline_code(page, up, scripts, math_name)
        if texts[file] != written:
            file.write_text(texts[file], "utf-8")
    options = static / "documentation_options.js"
    said = options.read_text("utf-8")
    if SUMMARIES not in said:
        options.write_text(f"{said}{SUMMARIES}\n", "utf-8")
    (static / "inline").mkdir(parents=True, exist_ok=True)
    for name, code in scripts.items():
        (static / name).write_text(code, "utf-8")
    style = "styles/pydata-sphinx-theme.css"
    lighter, signs = without_icons((theme / style).read_text("utf-8"), icons_named(texts.values()))
    kept = folder.parent / ".lab" / "styles"
    (static / style).write_text(lighter, "utf-8")
    sheets = {}
    for sheet in sorted(static.rglob("*.css")):
        name = sheet.relative_to(static).as_posix()
        sheets[name] = whole_sheet(sheet, kept / name)
        if name != style:
            signs |= icon_signs(sheets[name])
    (static / "scripts" / "fontawesome.js").unlink(missing_ok=True)
    fonts = "vendor/fontawesome/webfonts"
    for source in sorted((theme / fonts).glob("*.woff2")):
        (static / fonts / source.name).write_bytes(cut_font(source.read_bytes(), signs))
    sheets[style] = with_icon_fonts(sheets[style], static / fonts)
    signs, small = formula_signs(texts.values()), script_signs(texts.values())
    math = cut_font(math_font, signs, math=True, small=small)
    (static / math_name).write_bytes(math)
    held = (static / math_name).with_suffix(".js")
    held.unlink(missing_ok=True)  # its letters would pass for the words of a script
    purge_styles(static, sheets, texts.values())
    held.write_text(FONT_SCRIPT.format(base64.b64encode(math).decode()), "utf-8")
