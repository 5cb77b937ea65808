"""Laws of what writes links, tags and signposts, for any names and texts."""

import html
import json
import re
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st
from markup import Seen

from bookbuild.site import address, ebook, preview_card, tags_and_sitemap

XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
)
slugs = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,12}[a-z0-9]", fullmatch=True).filter(
    lambda name: not name.endswith(".git") and ".." not in name
)
hosts = st.sampled_from(["github.com", "gitlab.com", "codeberg.org"])
paths = st.lists(slugs, min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".html")


# --- Addresses


@given(hosts, st.lists(slugs, min_size=1, max_size=2), slugs, slugs)
def test_an_address_is_the_same_in_every_form(host, owners, name, user):
    owner = "/".join(owners)
    known = address.Address(host, owner, name)
    for text in (
        f"https://{host}/{owner}/{name}",
        f"https://{user}:secret@{host}/{owner}/{name}.git",
        f"ssh://git@{host}/{owner}/{name}.git",
        f"git@{host}:{owner}/{name}.git",
        known.url + "/",
    ):
        assert address.Address.parse(text) == known
        assert "secret" not in address.Address.parse(text).url


@given(st.text(max_size=40))
def test_any_text_is_an_address_with_all_its_parts_or_none(text):
    try:
        found = address.Address.parse(text)
    except ValueError:
        found = None
    if found is not None:
        assert found.host
        assert all(found.owner.split("/"))
        assert found.name
        assert "/" not in found.name


@given(hosts, slugs, slugs, slugs)
def test_links_open_the_notebook_of_the_chapter(host, owner, name, chapter):
    known = address.Address(host, owner, name)
    docname = f"chapters/{chapter}"
    links = address.launch_links(known, docname)
    assert ("Colab" in links) == (host == "github.com")
    for place, link in links.items():
        parts = urlsplit(link)
        opened = parts.path if place == "Colab" else next(iter(parse_qs(parts.query).values()))[0]
        assert opened.endswith(f"{chapter}.ipynb")
        assert f"{owner}/{name}" in unquote(parts.path)
    assert "Binder" in links
    assert address.launch_links(None, docname) == {}
    pulled = parse_qs(urlsplit(address.hub_link(known, docname, "https://hub.example.org/")).query)
    assert pulled["repo"] == [known.url]
    assert pulled["urlpath"] == [f"lab/tree/{name}/{docname}.ipynb"]


# --- What others are told of a page


@given(st.text(st.sampled_from("aB c.,;! 1é"), max_size=120), st.integers(12, 80))
@example("a" * 11 + " b", 12)
def test_a_description_fits_and_begins_as_the_text_does(text, most):
    cut = tags_and_sitemap.first_sentences(text, most)
    plain = " ".join(text.split())
    assert len(cut) <= most
    if cut != plain:
        kept = cut.removesuffix(" …")
        assert plain.startswith(kept)
        assert kept == cut or cut.endswith(" …")
        assert len(plain) > most


@given(XML_TEXT, XML_TEXT, XML_TEXT, st.sampled_from(["", "https://x.example.org/a.html"]))
def test_tags_say_what_they_were_given(title, description, book, page):
    seen = Seen("".join(tags_and_sitemap.share_tags(title, description, book, page)))
    told = {attrs.get("property") or attrs["name"]: attrs["content"] for _, attrs in seen.found}
    assert (told["og:title"], told["og:site_name"]) == (title, book)
    assert told.get("description", "") == told.get("og:description", "") == description
    assert told.get("og:url", "") == page
    assert {tag for tag, _ in seen.found} == {"meta"}


@given(st.dictionaries(paths, st.sampled_from(["", "2026-05-31"]), max_size=6))
def test_a_sitemap_lists_every_page_once(pages):
    site = "https://x.example.org/book/"
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    urls = ET.fromstring(tags_and_sitemap.sitemap(site, pages).encode()).findall(f"{space}url")
    found = {one.findtext(f"{space}loc"): one.findtext(f"{space}lastmod") or "" for one in urls}
    assert len(urls) == len(pages)
    assert found == {site + page: day for page, day in pages.items()}


@given(paths, paths | st.just("a&b's.html"))
def test_a_moved_page_leads_to_where_it_is_now(old, new):
    page = tags_and_sitemap.moved_page(old, new)
    seen = Seen(page)
    (link,) = seen.all("a", "href")
    site = "https://x.example.org/"
    assert urljoin(site + old, link) == site + new
    (refresh,) = [one for one in seen.all("meta", "content") if one and one.startswith("0;")]
    assert refresh == f"0; url={link}"
    (said,) = re.findall(r"location\.replace\((\".*?\") \+ location\.hash\)", page)
    assert json.loads(said) == link


@given(XML_TEXT, st.lists(st.tuples(paths, XML_TEXT.filter(str.strip)), max_size=4))
def test_a_missing_page_offers_every_chapter(book, chapters):
    seen = Seen(
        tags_and_sitemap.missing_page(book, chapters, "https://x.example.org/", "<svg></svg>")
    )
    links = [link for link in seen.all("a", "href") if link != "https://x.example.org/"]
    assert links[: len(chapters)] == ["https://x.example.org/" + page for page, _ in chapters]
    for _, title in chapters:
        assert title in seen.text


@given(st.text(st.sampled_from("ab c-"), max_size=200))
def test_a_card_has_at_most_four_lines_that_fit(title):
    lines = preview_card.title_lines(title)
    assert 1 <= len(lines) <= preview_card.LINES
    assert all(len(line) <= preview_card.LETTERS for line in lines)
    said = "".join("".join(lines).removesuffix("…").split())
    assert "".join(title.split()).startswith(said)


# --- The e-book


@given(
    st.lists(st.sampled_from(["&", "&amp;", "&#38;", "a b", "é", "&nbsp", "<b>x</b>"]), max_size=8)
)
def test_a_page_of_the_e_book_is_well_formed(pieces):
    page = f"<p>{''.join(pieces)}</p>"
    written = ebook.as_xhtml(page)
    assert ET.fromstring(written) is not None
    assert ebook.as_xhtml(written) == written
    assert html.unescape(re.sub(r"<[^>]*>", "", written)) == html.unescape(
        re.sub(r"<[^>]*>", "", page.replace("&nbsp", "&amp;nbsp"))
    )


@given(
    st.lists(st.sampled_from(["a.css", "b.css", "c.css"]), max_size=5),
    st.sets(st.sampled_from(["s/a.css", "s/b.css"])),
)
def test_links_to_style_sheets_stay_where_the_sheet_is_there(linked, there):
    page = "".join(
        f'<link rel="stylesheet" type="text/css" href="../s/{name}" />' for name in linked
    )
    left = re.findall(
        r'href="\.\./(s/[^"]+)"', ebook.without_lost_styles(page, "t/page.xhtml", there)
    )
    assert left == [f"s/{name}" for name in linked if f"s/{name}" in there]


@given(st.lists(st.sampled_from(["one", "two"]), max_size=6))
def test_figures_that_share_a_name_are_numbered(shown):
    explorer = {"picture": "<svg></svg>", "summary": "x", "caption": ""}
    page = "".join(ebook.still({**explorer, "name": name}) for name in shown)
    written = ebook.with_figures_numbered(page)
    defined = re.findall(r'\bid="([^"]+)"', written)
    assert len(defined) == len(set(defined)) == 2 * len(shown)
    named = re.findall(r'aria-labelledby="([^"]+)"', written)
    assert named == [one for one in defined if one.endswith("-summary")]


@given(XML_TEXT, XML_TEXT, slugs)
def test_an_explorer_of_the_e_book_is_well_formed_and_says_its_words(summary, caption, name):
    picture = "<svg><path/></svg>"
    page = {"name": name, "picture": picture, "summary": summary, "caption": caption}
    root = ET.fromstring(ebook.still(page))
    assert root.get("id") == f"explorer-{name}"
    written = "".join(root.itertext())
    assert "".join(written.split()) == "".join((summary + caption).split())
    assert root.find("svg").get("role") == "img"
    name = root.find("svg").get("aria-labelledby")
    assert "".join(root.find(f"figcaption/*[@id='{name}']").itertext()) == summary
