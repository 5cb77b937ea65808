"""Smaller style sheets: without the rules that no page of the book can meet.

A theme brings the rules of every component it knows. A rule stays if each class, id and element of its selector is
written in a page, or is a word of a script that pages load, since scripts add classes and elements of their own: as a
whole (`"show"`), or as a beginning (`"bs-tooltip-" + place`). States (`:hover`), attributes (`[data-theme=dark]`),
conditions (`@media print`) and what stands in brackets (`:not(...)`) are taken to be met; what cannot be read stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tinycss2

HOLDS_RULES = ("media", "supports", "layer", "container")
WRITTEN = re.compile(
    r"""\b(?:class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))|<([a-zA-Z][\w-]*)"""
)
WORD = re.compile(r"[A-Za-z_][\w-]*")
VARIABLE = re.compile(r"--[\w-]+")


@dataclass(frozen=True)
class Words:
    """What pages may hold: classes, ids and elements, and the beginnings of classes."""

    whole: frozenset[str]
    beginnings: tuple[str, ...] = ()

    def may_hold(self, name: str) -> bool:
        """Whether a class or an id of this name may stand in a page."""
        return name in self.whole or name.startswith(self.beginnings)


def words(pages: Iterable[str], scripts: Iterable[str]) -> Words:
    """The classes, ids and elements of pages, and every word of scripts."""
    whole: set[str] = set()
    for page in pages:
        for double, single, bare, element in WRITTEN.findall(page):
            whole |= {element.lower()} if element else set((double or single or bare).split())
    spoken = {word for script in scripts for word in WORD.findall(script)}
    beginnings = sorted(word for word in spoken if word.endswith("-"))
    return Words(frozenset(whole | spoken), tuple(beginnings))


def purge(style: str, known: Words) -> str:
    """The style sheet without the rules that need a class, an id or an element that nothing may hold."""

    def written(rule: Any) -> str:
        kept = [one for one in _split(rule.prelude, ",") if _may_match(one, known)]
        selectors = ",".join(tinycss2.serialize(one).strip() for one in kept)
        return f"{selectors}{{{tinycss2.serialize(rule.content).strip()}}}" if kept else ""

    return _rewritten(_parsed(style), written)


def selectors(style: str) -> set[str]:
    """Every selector of a style sheet."""
    found: set[str] = set()

    def collect(rule: Any) -> str:
        found.update(tinycss2.serialize(one).strip() for one in _split(rule.prelude, ","))
        return ""

    _rewritten(_parsed(style), collect)
    return found


def without_idle_variables(styles: Mapping[str, str], elsewhere: str = "") -> dict[str, str]:
    """The style sheets without the variables (`--name: value`) that nothing refers to.

    Args:
        styles: every style sheet that pages load, by name; one may use a variable of another.
        elsewhere: pages and scripts, which may use them too.
    """
    lighter, before = dict(styles), None
    while lighter != before:  # what a dropped variable referred to may now be idle as well
        before, used = lighter, set(VARIABLE.findall(elsewhere))

        def collect(rule: Any, used: set[str] = used) -> str:
            for name, part in _declared(rule.content):
                text = tinycss2.serialize(part)
                used.update(VARIABLE.findall(text.partition(":")[2] if name else text))
            return ""

        def written(rule: Any, used: set[str] = used) -> str:
            kept = [part for name, part in _declared(rule.content) if not name or name in used]
            body = ";".join(tinycss2.serialize(part) for part in kept)
            return f"{tinycss2.serialize(rule.prelude)}{{{body}}}" if body.strip() else ""

        for style in before.values():
            used.update(VARIABLE.findall(_rewritten(_parsed(style), collect)))
        lighter = {name: _rewritten(_parsed(style), written) for name, style in before.items()}
    return lighter


def _parsed(style: str) -> list[Any]:
    return tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)


def _rewritten(rules: Iterable[Any], written: Callable[[Any], str]) -> str:
    """Rules as text: each that has a selector as `written` has it, also inside of `@media` and its like."""
    out = []
    for rule in rules:
        if rule.type == "qualified-rule":
            out.append(written(rule))
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword in HOLDS_RULES:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if body := _rewritten(inner, written):
                condition = tinycss2.serialize(rule.prelude).rstrip()
                out.append(f"@{rule.at_keyword}{condition}{{{body}}}")
        else:
            out.append(tinycss2.serialize([rule]))
    return "".join(out)


def _split(tokens: Iterable[Any], mark: str) -> Iterator[list[Any]]:
    part: list[Any] = []
    for token in tokens:
        if token == mark:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _declared(content: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """The declarations of a rule, each with the name of the variable that it sets, if any."""
    for part in _split(content, ";"):
        first = next((token for token in part if token.type not in ("whitespace", "comment")), None)
        is_variable = first is not None and first.type == "ident" and first.value.startswith("--")
        yield (first.value if is_variable and first else ""), part


def _may_match(selector: Iterable[Any], known: Words) -> bool:
    before = ""
    for token in selector:
        if token.type == "hash" or (token.type == "ident" and before == "."):
            if not known.may_hold(token.value):
                return False
        elif token.type == "ident" and before != ":" and token.lower_value not in known.whole:
            return False
        before = token.value if token.type == "literal" else ""
    return True
