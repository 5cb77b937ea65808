"""A class without a server: what a device remembers of its reader as a file, and the files of a class on one page.

`catalogue` says what there is to predict and to solve; `sphinx_hooks` writes it beside the two pages; `page` holds
their scripts: `work.js`, what a student's file is; `my-work.js`, the student's page; `unzip.js`, `senders.js`,
`counts.js` and `class.js`, the teacher's; `session.js`, what a page shows in class.
"""

from __future__ import annotations

from typing import Any

from bookbuild.classroom import sphinx_hooks


def setup(app: Any) -> None:
    """Tell Sphinx."""
    sphinx_hooks.setup(app)
