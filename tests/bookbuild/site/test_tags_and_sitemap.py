"""Tags, dates, sitemap, signposts, logo and cards."""

from __future__ import annotations

import io
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import draw_logo
import numpy as np
import pytest
import yaml

from bookbuild.site import logo, tags_and_sitemap
from bookbuild.site.preview_card import HEIGHT, WIDTH, card, title_lines

ROOT = Path(__file__).parents[3]


class TestDescription:
    def test_a_short_text_stays_whole(self):
        assert (
            tags_and_sitemap.first_sentences(" One  line\nand another. ") == "One line and another."
        )

    def test_a_long_text_ends_with_a_sentence(self):
        text = "A network reads it ball by ball. " + "It is wrong about 3.5 times. " * 10
        cut = tags_and_sitemap.first_sentences(text, 80)
        assert len(cut) <= 80
        assert cut == "A network reads it ball by ball. It is wrong about 3.5 times."

    def test_a_long_sentence_ends_with_a_word(self):
        cut = tags_and_sitemap.first_sentences("one, " * 100, 22)
        assert cut == "one, one, one, one …"


class TestTags:
    def test_hold_nothing_that_ends_an_attribute(self):
        tags = tags_and_sitemap.share_tags(
            'A "title" & <more>', 'It said: "no".', "Book", "https://x.org/p.html"
        )
        assert all(len(re.findall('"', tag)) == 4 for tag in tags)
        assert '<meta property="og:title" content="A &quot;title&quot; &amp; &lt;more&gt;">' in tags

    def test_an_unpublished_page_has_neither_address_nor_picture(self):
        tags = "".join(tags_and_sitemap.share_tags("T", "D", "B", "", "picture.png"))
        assert "og:url" not in tags
        assert "og:image" not in tags
        assert '<meta name="description" content="D">' in tags

    def test_a_published_page_has_both(self):
        tags = "".join(
            tags_and_sitemap.share_tags(
                "T", "D", "B", "https://x.org/p.html", "https://x.org/p.png"
            )
        )
        assert '"og:url" content="https://x.org/p.html"' in tags
        assert '"og:image" content="https://x.org/p.png"' in tags


def commit(folder: Path, name: str, day: str):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(day)
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.org"]
    dates = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", day], check=True, env={"PATH": "/usr/bin:/bin", **dates})


class TestChanges:
    def test_are_the_days_of_the_last_commits(self, tmp_path: Path):
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
        commit(tmp_path, "chapters/01 first.md", "2024-02-03")
        commit(tmp_path, "index.md", "2024-03-01")
        commit(tmp_path, "other.txt", "2024-05-01")
        commit(tmp_path, "index.md", "2024-04-01")
        changes = tags_and_sitemap.last_changes(tmp_path)
        assert changes == {"chapters/01 first.md": "2024-02-03", "index.md": "2024-04-01"}

    def test_are_unknown_without_a_history(self, tmp_path: Path):
        assert tags_and_sitemap.last_changes(tmp_path) == {}

    def test_are_unknown_in_a_shallow_clone(self, tmp_path: Path):
        whole = tmp_path / "whole"
        subprocess.run(["git", "init", "-q", str(whole)], check=True)
        commit(whole, "index.md", "2024-02-03")
        commit(whole, "index.md", "2024-02-04")
        shallow = tmp_path / "shallow"
        clone = ["git", "clone", "-q", "--depth", "1", whole.as_uri(), str(shallow)]
        subprocess.run(clone, check=True, capture_output=True)
        assert tags_and_sitemap.last_changes(whole) == {"index.md": "2024-02-04"}
        assert tags_and_sitemap.last_changes(shallow) == {}


def test_the_sitemap_lists_every_page_with_its_day():
    text = tags_and_sitemap.sitemap("https://x.org/b/", {"b.html": "", "a&b.html": "2024-02-03"})
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = ET.fromstring(text.encode()).findall("s:url", space)
    assert [
        (url.findtext("s:loc", None, space), url.findtext("s:lastmod", None, space)) for url in urls
    ] == [
        ("https://x.org/b/a&b.html", "2024-02-03"),
        ("https://x.org/b/b.html", None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "link"),
    [
        ("chapters/06-old.html", "chapters/06-new.html", "06-new.html"),
        ("chapters/06-old.html", "index.html", "../index.html"),
        ("old.html", "chapters/06-new.html", "chapters/06-new.html"),
    ],
)
def test_an_old_address_leads_to_the_new_one(old: str, new: str, link: str):
    page = tags_and_sitemap.moved_page(old, new)
    assert f'<a href="{link}">' in page
    assert f'location.replace("{link}" + location.hash)' in page


def test_no_address_ends_the_script_that_leads_on():
    page = tags_and_sitemap.moved_page("old.html", "a</script><b>.html")
    assert page.count("<script") == page.count("</script") == 1


def test_the_page_for_wrong_addresses_needs_nothing_but_itself():
    page = tags_and_sitemap.missing_page(
        "Book", [("a.html", "A & B")], "https://x.org/b/", logo.logo_svg()
    )
    assert '<a href="https://x.org/b/a.html">A &amp; B</a>' in page
    assert not re.search(r"<link|<script|src=", page)


class TestAddresses:
    """docs/addresses.toml: what was once published can still be reached."""

    @pytest.fixture
    def addresses(self):
        return tomllib.loads((ROOT / "docs" / "addresses.toml").read_text("utf-8"))

    @pytest.fixture
    def pages(self):
        def names(entry):
            yield from ([entry["file"]] if "file" in entry else [])
            for key in ("chapters", "sections", "parts"):
                for inner in entry.get(key, []):
                    yield from names(inner)

        toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
        return {toc["root"], *names(toc)}

    def test_every_published_page_is_still_there_or_has_moved(self, addresses, pages):
        assert set(addresses["published"]) - pages - set(addresses["moved"]) == set()

    def test_what_has_moved_leads_to_a_page_and_hides_none(self, addresses, pages):
        assert set(addresses["moved"].values()) <= pages
        assert not set(addresses["moved"]) & pages


class TestLogo:
    def test_is_a_picture_with_a_title(self):
        svg = ET.fromstring(logo.logo_svg())
        assert svg.tag.endswith("svg")
        assert "memory cell" in svg.findtext("{http://www.w3.org/2000/svg}title")

    def test_the_loop_begins_and_ends_on_the_unit(self):
        for point in logo.meeting_points():
            assert np.hypot(*np.subtract(point, logo.CENTRE)) == pytest.approx(logo.RADIUS)
            assert np.hypot(*np.subtract(point, logo.LOOP)) == pytest.approx(logo.LOOP_RADIUS)

    def test_the_file_is_what_the_code_draws(self):
        assert draw_logo.main(["--check"]) == 0


class TestCard:
    def test_has_the_size_that_messengers_show_and_the_same_bytes_again(self):
        import matplotlib.image

        first = card("1991: the gradient that vanishes", "Book")
        assert matplotlib.image.imread(io.BytesIO(first)).shape[:2] == (HEIGHT, WIDTH)
        assert first == card("1991: the gradient that vanishes", "Book")
        assert first != card("1997", "Book")

    def test_a_long_title_ends_in_an_ellipsis(self):
        lines = title_lines("word " * 60)
        assert len(lines) == 4
        assert lines[-1].endswith("…")
