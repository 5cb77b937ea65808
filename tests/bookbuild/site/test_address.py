"""The address of the repository and the links that follow from it, where it is known and where it is not."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bookbuild.site import Address, address_of, hub_link, launch_links, site_of

CHAPTER = "chapters/06-vanishing-gradient"
UPSTREAM = (
    '[project]\nname = "x"\n[project.urls]\nRepository = "https://github.com/upstream/book"\n'
)


def checkout(folder: Path, origin: str = "", project: str = "[project]\nname = 'x'\n") -> Path:
    (folder / "pyproject.toml").write_text(project, "utf-8")
    if origin:
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", origin], check=True)
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/owner/book",
        "https://github.com/owner/book/",
        "https://github.com/owner/book.git",
        "https://user:secret@github.com/owner/book.git",
        "git@github.com:owner/book.git",
        "ssh://git@github.com/owner/book.git",
    ],
)
def test_every_form_that_git_writes_is_the_same_address(text: str):
    address = Address.parse(text)
    assert address == Address("github.com", "owner", "book")
    assert address.url == "https://github.com/owner/book"


@pytest.mark.parametrize(
    "text",
    ["", "/srv/git/book.git", "../book", "file:///srv/book", "https://github.com/owner", "C:/book"],
)
def test_what_is_no_public_address_is_none(text: str):
    assert Address.parse(text) is None


def test_groups_of_gitlab_belong_to_the_owner():
    assert Address.parse("https://gitlab.com/a/b/book") == Address("gitlab.com", "a/b", "book")


def test_an_unknown_address_gives_no_link(tmp_path: Path):
    assert address_of(tmp_path) is None
    assert address_of(checkout(tmp_path)) is None
    assert launch_links(None, CHAPTER) == {}


def test_the_address_stands_in_pyproject(tmp_path: Path):
    assert address_of(checkout(tmp_path, project=UPSTREAM)) == Address(
        "github.com", "upstream", "book"
    )


def test_links_of_a_fork_point_at_the_fork(tmp_path: Path):
    fork = checkout(tmp_path, "git@github.com:teacher/my-book.git", UPSTREAM)
    links = launch_links(address_of(fork), CHAPTER)
    assert links == {
        "Binder": "https://mybinder.org/v2/gh/teacher/my-book/main?urlpath=lab/tree/"
        + CHAPTER
        + ".ipynb",
        "Colab": "https://colab.research.google.com/github/teacher/my-book/blob/main/"
        + CHAPTER
        + ".ipynb",
    }


@pytest.mark.parametrize("origin", ["/srv/git/book.git", "https://git.company.example/a/book"])
def test_an_origin_that_others_cannot_open_does_not_count(tmp_path: Path, origin: str):
    assert address_of(checkout(tmp_path, origin)) is None
    assert address_of(checkout(tmp_path, project=UPSTREAM)).owner == "upstream"


def test_the_origin_of_a_checkout_around_does_not_count(tmp_path: Path):
    checkout(tmp_path, "git@github.com:somebody/else.git")
    inner = tmp_path / "unpacked"
    inner.mkdir()
    assert address_of(checkout(inner)) is None


def test_colab_opens_github_alone_and_binder_every_host():
    assert set(launch_links(Address("gitlab.com", "a/b", "c"), CHAPTER)) == {"Binder"}
    assert (
        "/v2/gl/a%2Fb%2Fc/main?"
        in launch_links(Address("gitlab.com", "a/b", "c"), CHAPTER)["Binder"]
    )
    other = launch_links(Address("git.example.org", "a", "b"), CHAPTER)
    assert "/v2/git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/main?" in other["Binder"]


def test_a_hub_fetches_the_repository_and_opens_the_notebook():
    link = hub_link(Address("github.com", "a", "book"), CHAPTER, "https://hub.example.edu/")
    parts = urlsplit(link)
    assert (parts.netloc, parts.path) == ("hub.example.edu", "/hub/user-redirect/git-pull")
    assert parse_qs(parts.query) == {
        "repo": ["https://github.com/a/book"],
        "branch": ["main"],
        "urlpath": [f"lab/tree/book/{CHAPTER}.ipynb"],
    }


class TestSite:
    def test_is_empty_where_unknown(self, tmp_path: Path):
        assert site_of(checkout(tmp_path), {}) == ""

    def test_the_variable_of_the_publishing_workflow_comes_first(self, tmp_path: Path):
        project = UPSTREAM + 'Documentation = "https://upstream.github.io/book"\n'
        checkout(tmp_path, project=project)
        assert site_of(tmp_path, {}) == "https://upstream.github.io/book/"
        chosen = {"LSTM_LAB_SITE": "https://teacher.github.io/my-book"}
        assert site_of(tmp_path, chosen) == "https://teacher.github.io/my-book/"

    @pytest.mark.parametrize("site", ["teacher.github.io", "ftp://x.org/", "https://x.org/?a=b"])
    def test_anything_else_is_refused(self, tmp_path: Path, site: str):
        with pytest.raises(ValueError, match="LSTM_LAB_SITE must be an address"):
            site_of(tmp_path, {"LSTM_LAB_SITE": site})
