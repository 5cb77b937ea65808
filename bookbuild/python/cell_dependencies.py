"""What a cell needs from the cells above it, and what keeps it from running in the page: found by reading, not running.

A name that a cell uses and does not define itself comes from the nearest cell above that does; that cell is needed, and
all that has since changed what the name stands for (`weights[0] = 1`, `net.correct(x)`, `train(net, ...)`). Cells that
import are always needed: a reader may use any of their names in an answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookbuild.python.importable_modules import missing_package
from lstm_lab.interact.source_digest import file_of

CHANGES = ("train", "fit", "load_parameters")
"""Functions of the course that change what they are given."""
GENERATOR = "rng"
"""What the book calls a generator of random numbers: to ask it for one changes it."""


@dataclass
class Names:
    """What one cell does with names at its top level."""

    used: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    imports: bool = False
    """Whether most of the cell is imports."""
    missing: dict[str, str] = field(default_factory=dict)
    """Imported names that the page cannot have, each with the package that it would need."""
    wanting: dict[str, str] = field(default_factory=dict)
    """Imported functions that can be had and not called, each with the package that they want then."""


def names_in(code: str) -> Names:
    """The names of a cell; none for code that is no Python, such as one with a magic of IPython."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return Names()
    names = Names()
    everything = {name for statement in tree.body for name in _defined(statement)}
    for statement in tree.body:
        names.used |= _used(statement, everything) - names.defined
        names.changed |= set(_changed(statement)) - names.defined
        names.defined |= set(_defined(statement))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.missing |= dict(_missing(node))
            names.wanting |= dict(_wanting(node))
    imports = [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    names.imported = {name for statement in imports for name in _defined(statement)}
    names.imports = 2 * len(imports) > len(tree.body)
    return names


def needs(cells: Sequence[str]) -> list[list[int]]:
    """For each cell the places of the cells that must have run before it, in order."""
    found = [names_in(code) for code in cells]
    return [sorted(_needs_of(place, found)) for place in range(len(cells))]


def _needs_of(place: int, found: Sequence[Names]) -> set[int]:
    needed: set[int] = {above for above in range(place) if found[above].imports}
    left = [place, *needed]
    while left:
        at = left.pop()
        for name in found[at].used | found[at].changed:
            definer = next((up for up in reversed(range(at)) if name in found[up].defined), None)
            if definer is None:
                continue
            fixed = name in found[definer].imported  # a module's functions do not change the module
            changers = [
                up for up in range(definer + 1, at) if name in found[up].changed and not fixed
            ]
            new = {definer, *changers} - needed
            needed |= new
            left += new
    return needed


def missing(cells: Sequence[str]) -> list[str | None]:
    """For each cell the package for want of which it cannot run in the page; None where none is wanted."""
    found = [names_in(code) for code in cells]
    unavailable: dict[str, str] = {}
    reasons: list[str | None] = []
    for names in found:
        wanted = [
            unavailable[name] for name in sorted(names.used | names.changed) if name in unavailable
        ]
        reason = next(iter([*names.missing.values(), *wanted]), None)
        reasons.append(reason)
        for name in names.defined:
            lost = (names.missing | names.wanting).get(name)
            if reason and not names.imports:
                lost = reason
            if lost:
                unavailable[name] = lost
            else:
                unavailable.pop(name, None)
    return reasons


# --- Names in a tree -------------------------------------------------------------------------------------------------


def _defined(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives a meaning at the top level."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in statement.names)
        return
    for node in _outside_of_functions(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.stmt) and node is not statement:
            yield from _defined(node)


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree that are run at the top level: those of functions and comprehensions are not."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*inner, *comprehensions)):
            yield from _outside_of_functions(child)
        elif isinstance(child, ast.stmt):
            yield child


def _used(statement: ast.stmt, defined_here: set[str]) -> set[str]:
    """The names that a statement takes from elsewhere.

    Args:
        statement: at the top level of a cell.
        defined_here: what the whole cell defines; a function may use that before it stands there.
    """
    used = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            used.add(node.target.id)
    bound = _bound_inside(statement)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        bound |= defined_here
    return used - bound


def _bound_inside(statement: ast.stmt) -> set[str]:
    """Arguments and local names of functions, and the variables of comprehensions and loops."""
    bound: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.comprehension | ast.For):
            bound |= {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            bound |= {
                one.id
                for one in ast.walk(node)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            }
    return bound


def _changed(statement: ast.stmt) -> Iterator[str]:
    """The names of what a statement changes without giving the name a new meaning."""
    for node in _outside_of_functions(statement):
        match node:
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                yield from _root(node)
            case ast.Expr(value=ast.Call(func=ast.Attribute() as called)):
                yield from _root(called)
            case ast.Name(id=name, ctx=ast.Load()) if name == GENERATOR:
                yield name
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CHANGES:
                for argument in node.args:
                    yield from _root(argument)


def _root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


# --- What the page cannot have ---------------------------------------------------------------------------------------


def _missing(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names of an import that the page cannot have, each with the package that is wanted."""
    for alias in node.names:
        name = (alias.asname or alias.name).split(".")[0]
        if isinstance(node, ast.Import):
            wanted = missing_package(alias.name)
        else:
            module = node.module or ""
            inner = f"{module}.{alias.name}"
            wanted = missing_package(inner if file_of(inner) else module)
        if wanted:
            yield name, wanted


def _wanting(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The functions of the course among what is imported that want a package when they are called."""
    if isinstance(node, ast.Import):
        return
    for alias in node.names:
        wanted = _wanted_when_called(node.module or "", alias.name)
        if wanted:
            yield alias.asname or alias.name, wanted


def _wanted_when_called(module: str, name: str) -> str | None:
    """The package that a function of the course imports when it is called, and that the page has not."""
    file = file_of(module)
    if file is None:
        return None
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            for inner in ast.walk(node):
                modules = (
                    [alias.name for alias in inner.names]
                    if isinstance(inner, ast.Import)
                    else [inner.module or ""]
                    if isinstance(inner, ast.ImportFrom)
                    else []
                )
                wanted = next(filter(None, map(missing_package, modules)), None)
                if wanted:
                    return wanted
    return None
