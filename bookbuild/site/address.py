"""The address of the repository, and the links that run a chapter elsewhere.

The address stands in one place, `[project.urls]` in `pyproject.toml`. A clone of a fork overrides it: where `origin`
is on a public host, links point there. Where neither is known there are no links, so that no button is dead.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

PUBLIC_HOSTS = ("github.com", "gitlab.com")  # their repositories can be opened by others
BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
BRANCH = "main"
SITE_VARIABLE = "LSTM_LAB_SITE"
SCP_FORM = re.compile(r"(?:[^@/]+@)?([\w.-]+\.[\w-]+):([^/].*)")


@dataclass(frozen=True)
class Address:
    """Where a repository is: `https://host/owner/name`."""

    host: str
    owner: str
    name: str
    branch: str = BRANCH

    @classmethod
    def parse(cls, text: str) -> Address | None:
        """Read an address as git writes it, over https, ssh or in the short form; None for any other text.

        A password in the address is left out, and so is what stands behind owner and name.
        """
        short = SCP_FORM.fullmatch(text)
        if short and "://" not in text:
            host, path = short[1], short[2]
        else:
            parts = urlsplit(text)
            if parts.scheme not in ("https", "http", "ssh", "git") or "." not in parts.netloc:
                return None
            host, path = parts.hostname or "", parts.path
        *owner, name = path.strip("/").removesuffix(".git").split("/")
        if not name or not all(owner) or not owner:
            return None
        return cls(host, "/".join(owner), name)

    @property
    def url(self) -> str:
        """The address as a link."""
        return f"https://{self.host}/{self.owner}/{self.name}"


def declared(root: Path) -> dict[str, str]:
    """The addresses in `[project.urls]` of `pyproject.toml`, by their names in lower case."""
    file = root / "pyproject.toml"
    if not file.is_file():
        return {}
    project = tomllib.loads(file.read_text("utf-8")).get("project", {})
    return {name.lower(): str(url) for name, url in project.get("urls", {}).items()}


def address_of(root: Path) -> Address | None:
    """The address of the repository whose checkout is at `root`.

    It is that of git's `origin` if `root` is the top of a checkout and `origin` is on GitHub or GitLab;
    else what `pyproject.toml` says under `Repository`; else None.
    """
    origin = Address.parse(_origin(root))
    if origin and origin.host in PUBLIC_HOSTS:
        return origin
    return Address.parse(declared(root).get("repository", ""))


def site_of(root: Path, environment: Mapping[str, str]) -> str:
    """Where the book is published, with a slash at the end; empty where it is not known.

    It is the environment variable `LSTM_LAB_SITE`, which the publishing workflow sets, or what `pyproject.toml` says
    under `Documentation`.

    Raises:
        ValueError: if it is no address of a site.
    """
    site = environment.get(SITE_VARIABLE) or declared(root).get("documentation", "")
    if site and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", site):
        raise ValueError(
            f"{SITE_VARIABLE} must be an address such as https://owner.github.io/name/, got {site!r}"
        )
    return site.rstrip("/") + "/" if site else ""


def launch_links(address: Address | None, docname: str) -> dict[str, str]:
    """Where the notebook of a chapter can be run, by the name of the place.

    Args:
        address: of the repository; None gives no links to places that fetch it from there.
        docname: the chapter, "chapters/06-vanishing-gradient".
    """
    notebook = quote(f"{docname}.ipynb")
    links: dict[str, str] = {}
    if address is None:
        return links
    tree = f"{address.owner}/{address.name}"
    if address.host == "github.com":
        binder = f"gh/{tree}"
    elif address.host == "gitlab.com":
        binder = f"gl/{quote(tree, safe='')}"
    else:
        binder = f"git/{quote(address.url, safe='')}"
    links["Binder"] = f"{BINDER}/v2/{binder}/{address.branch}?urlpath=lab/tree/{notebook}"
    if address.host == "github.com":
        links["Colab"] = f"{COLAB}/github/{tree}/blob/{address.branch}/{notebook}"
    return links


def hub_link(address: Address, docname: str, hub: str) -> str:
    """A link that fetches the book to a JupyterHub with nbgitpuller and opens a chapter there.

    Args:
        address: of the repository.
        docname: the chapter.
        hub: address of the JupyterHub.
    """
    query = {
        "repo": address.url,
        "branch": address.branch,
        "urlpath": f"lab/tree/{address.name}/{docname}.ipynb",
    }
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(query, safe='/')}"


def _origin(root: Path) -> str:
    """The address of git's `origin`, or nothing where `root` is not the top of a checkout."""
    top = git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return ""
    return git(root, "remote", "get-url", "origin")


def git(root: Path, *arguments: str) -> str:
    """What git says in `root`; nothing where there is no git or it refuses."""
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
