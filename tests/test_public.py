"""Every public function that works on its arguments alone has a property that is tested over generated input.

Read from the syntax trees of the tests: a function counts if a test under Hypothesis's `@given` names it, by itself or
through the strategies and helpers that it uses.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lstm_lab
from lstm_lab import explorers, models, sequences

TESTS = Path(__file__).parent
SHARED = ("strategies", "rows", "engine_runs")
"""Modules of the tests with strategies for several of them."""
REFUSALS = {"test_wrong_arguments.py", "test_public.py"}
"""That a function refuses bad input says nothing about what it does with good input."""

SPHINX = "called by Sphinx; tested on a book that is built"
LEFT_OUT = {
    "bench": "measures time, size and memory",
    "book": SPHINX,
    "cli": "commands; given generated arguments in test_fuzz_commands.py",
    "exercises": "checks of answers; tested on right, wrong and hostile ones",
    "explore.live": "what a notebook shows; tested in JupyterLab",
    "explore.source": "reads the source of the package itself",
    "explorers": "drawn in generated states in figures/test_every_figure.py",
    "site.interrupted": SPHINX,
    "site.logo": "takes nothing",
    "site.pages": SPHINX,
}
"""Modules, with all below them, whose functions do not work on their arguments alone."""


def is_left_out(module: str) -> bool:
    return any(f"{module}.".startswith(f"{one}.") for one in LEFT_OUT) or "._" in f".{module}"


def modules() -> list[str]:
    """The modules whose functions compute numbers, sentences or pages from their arguments."""
    found = pkgutil.walk_packages(lstm_lab.__path__, "lstm_lab.")
    names = [one.name.removeprefix("lstm_lab.") for one in found]
    return [name for name in names if not is_left_out(name)]


RESULT = "a record of results, made by the functions beside it and read by their properties"
SETTINGS = "the settings of an experiment that runs for hours; plain values"
PLAIN = "plain values, handed to functions that have properties"
TRAINS = "trains for minutes to hours; recorded trials are begun again by tests"
FILES = "reads and writes the files of a book; tested on one"
EXCEPTIONS = {
    **dict.fromkeys(
        (
            "site.ebook.described", "site.ebook.seal", "slim.lighten", "slim.pages", "slim.purge_styles",
            "slim.whole_sheet",
        ),
        FILES,
    ),
    **dict.fromkeys(("site.ebook.configure", "site.ebook.finish", "site.ebook.is_ebook"), SPHINX),
    "site.address.address_of": "asks git and reads a file; tested on checkouts",
    "site.address.declared": "reads a file; tested on several",
    "site.address.git": "calls git",
    "site.address.site_of": "reads a file; tested on several",
    "site.card.card": "draws a picture, whose words have a property",
    "site.share.last_changes": "asks git; tested on histories",
    "styles.Words": RESULT,
    "check.Result": RESULT,
    "gradients.Band": RESULT,
    "gradients.Factors": RESULT,
    "gradients.GradientFlow": RESULT,
    "gradients.Slopes": RESULT,
    "explore.control.Control": RESULT,
    "explore.control.ControlSpec": RESULT,
    "explore.pack.Packed": RESULT,
    **dict.fromkeys(
        ("figures.memory_cell.Walk", "figures.perceptron_runs.Reading", "figures.timeline_data.Entry"), RESULT
    ),
    "figures.digits.digit_names": "takes nothing",
    "figures.digits.shown": "takes nothing",
    "figures.hidden_units.train_xor": "the training of `train_many`, which has properties, on XOR",
    "figures.perceptron_runs.card_course": "trains fifty perceptrons; tested at the chapter's settings",
    "figures.perceptron_runs.digit_bound": "one of six pairs, by `Reading.bound`",
    "figures.perceptron_runs.iris_course": "takes nothing but how long; tested at the chapter's settings",
    "figures.windows.learnt_weights": "draws what one recorded network learnt",
    "figures.diagram.diagram": "boxes, arrows and notes, which have properties, put together",
    "figures.machine_order.solved_share": "reads a recorded file; tested on what it reads",
    "figures.retina.connectedness": "takes nothing",
    "figures.retina.order_diagram": "takes nothing",
    "figures.symmetry.train_symmetry": "the training of `train_many`, which has properties, with the paper's settings",
    "figures.theme.template": "takes one of two words; contrast is tested for both",
    **dict.fromkeys(
        (
            "paper1997.runner.baselines.Outcome", "paper1997.runner.trained_nets.Held",
            "paper1997.runner.trained_nets.Untrained",
            "paper1997.report.table.Rival", "paper1997.report.table.Variant",
        ),
        RESULT,
    ),
    **dict.fromkeys(
        (
            "paper1997.runner.baselines.Baseline", "paper1997.engine.layout.Plan", "paper1997.engine.layout.Streams",
            "paper1997.engine.layout.Errors", "paper1997.published.schema.Quoted",
            "paper1997.published.schema.TestSet", "paper1997.runner.trial.Trial",
        ),
        PLAIN,
    ),
    **dict.fromkeys(
        (
            "paper1997.runner.baselines.one_trial", "paper1997.runner.baselines.run", "paper1997.runner.run.reproduce",
            "paper1997.runner.run.rows_and_rivals", "paper1997.runner.run.sample",
        ),
        TRAINS,
    ),
    **dict.fromkeys(
        ("paper1997.runner.speed.engine_us_per_step", "paper1997.runner.speed.growth", "paper1997.runner.speed.speed"),
        "measures time",
    ),
    **dict.fromkeys(
        (
            "paper1997.engine.caching.cache_folder", "paper1997.engine.caching.compiled",
            "paper1997.engine.caching.digest", "paper1997.engine.caching.sources",
        ),
        "about files on disk; tested by runs of a copied tree",
    ),
    **dict.fromkeys(("paper1997.runner.plans.Plan", "paper1997.runner.plans.Run"), SETTINGS),
    "paper1997.runner.plans.carry_out": TRAINS,
    "paper1997.runner.baselines.read_all": "reads recorded files; tested on what it reads",
    "paper1997.report.table_formats.rivals_table": "reads recorded files; tested in every format",
    "paper1997.engine.simd.LanesType": "the name of a type in compiled code",
    "paper1997.runner.trial_group.Group": "what `advance` works with, which has properties",
    "paper1997.runner.trial_group.TestStreams": "what `final_test` works with, which has properties",
    "paper1997.runner.trained_nets.departures": "the words of `records.departures`, which has properties",
    "paper1997.runner.trained_nets.kept": "reads a recorded file; tested on what it reads",
    "paper1997.runner.trained_nets.shift_of_state": "takes one of a few rows; compared with finite differences",
    "paper1997.runner.trained_nets.wrong_by_place": "takes one of a few recorded nets; each is read by a test",
    "paper1997.runner.as_models.before_and_after": "takes a record; tested on those of the chapter",
    "paper1997.runner.records.versions": "takes nothing",
    "paper1997.runner.run.cheapest_first": "takes nothing",
    "paper1997.engine.sampling.fill": "tested through `trial_data.fill`",
    "paper1997.engine.sampling.register_draws": "takes nothing",
    "paper1997.runner.trial_data.fill_strings": "tested through `fill_training`",
    "paper1997.report.table.rivals": "reads recorded files; tested on what it reads",
    **dict.fromkeys(
        (
            "paper1997.report.reproduction_report.text", "paper1997.report.reproduction_report.write",
            "paper1997.report.table.planned", "paper1997.report.table_formats.plan_table",
            "paper1997.report.wording.complete_runs", "paper1997.report.wording.hidden_unit_rows",
            "paper1997.report.wording.hidden_unit_lines", "paper1997.report.wording.all_five",
            "paper1997.report.wording.program_rows",
        ),
        "reads recorded files; tested on what it reads",
    ),
    "paper1997.report.wording.rival_rows": "reads recorded files; tested on what it reads",
    "models.activations.Activation": "rows of ACTIVATIONS, whose properties are tested one by one",
    "models.lstm.LSTMTrace": RESULT,
    "models.lstm1997.LSTM1997Trace": RESULT,
    "models.margin.Gap": RESULT,
    "models.mlp.MLPGrads": RESULT,
    "models.mlp.MLPTrace": RESULT,
    "models.parameters.HasParameters": "a protocol: it has no code",
    "models.perceptron.Learning": RESULT,
    "models.readout.ReadoutGrads": RESULT,
    "models.readout.ReadoutTrace": RESULT,
    "models.recurrent.Grads": RESULT,
    "models.recurrent.Trace": RESULT,
    "models.rnn.ElmanTrace": RESULT,
    "models.parameters.draw_matrix": "drawn numbers: their spread is tested on thousands at once",
    "models.parameters.initial_bias": "tested through every model's constructor",
    "models.recurrent.begin": "tested through every model's forward",
    "models.recurrent.cotangent": "tested through every model's step_backward",
    "models.recurrent.draw_weights": "tested through every model's constructor",
    "models.recurrent.grads": "tested through every model's backward, against autograd",
    "models.recurrent.step_of": "tested through every model's step_backward",
    "models.recurrent.through_time": "tested through every model's backward",
    "models.recurrent.weights": "three look-ups",
    "models.activations.activation": "a look-up; what is not there is refused by name",
    "models.perceptron.signs": "a check of labels; tested through Perceptron",
    "training.loop.History": RESULT,
    "training.loop.Optimiser": "a protocol: it has no code",
    "training.many.Runs": RESULT,
    "twins.Twin": "the base of the twins that `twin` returns",
    "twins.RecurrentTwin": "the base of the twins that `twin` returns",
    "twins.ElmanTwin": "what `twin` returns",
    "twins.LSTM1997Twin": "what `twin` returns",
    "twins.LSTMTwin": "what `twin` returns",
    "twins.MLPTwin": "what `twin` returns",
    "twins.ReadoutTwin": "what `twin` returns",
    "measurements.experiments": "takes nothing",
    "measurements.run_trials": "writes files; its stops and starts are tests of their own",
    "measurements.carousel.CarouselSettings": SETTINGS,
    "measurements.digits.DigitSettings": SETTINGS,
    "measurements.parity.ParitySettings": SETTINGS,
    "measurements.patience.PatienceSettings": SETTINGS,
    "measurements.xor_in_time.XorSettings": SETTINGS,
    "measurements.ablation.ablation_trial": TRAINS,
    "measurements.carousel.carousel_trial": TRAINS,
    "measurements.digits.digits_trial": TRAINS,
    "measurements.latch.latch_trial": TRAINS,
    "measurements.parity.parity_trial": TRAINS,
    "measurements.patience.patience_trial": TRAINS,
    "measurements.windows.window_trial": TRAINS,
    "measurements.xor_in_time.xor_trial": TRAINS,
    **{
        f"measurements.{name}.run": TRAINS
        for name in ("ablation", "carousel", "digits", "latch", "parity", "patience", "windows")
    },
    "measurements.xor_in_time.run": TRAINS,
    "measurements.digits.digits": "takes one number and reads a data set; tested on what it reads",
    "measurements.digits.shown_digits": "takes the settings of one experiment",
    "measurements.windows.monthly_co2": "reads a data set; tested on what it reads",
    "measurements.windows.split_months": "reads a data set; tested on the settings of the chapter",
}  # fmt: skip


def public() -> dict[str, Any]:
    """The functions and classes that a module defines without an underscore."""
    found = {}
    for part in modules():
        module = importlib.import_module(f"lstm_lab.{part}")
        for name, thing in vars(module).items():
            is_code = inspect.isfunction(inspect.unwrap(thing)) or inspect.isclass(thing)
            if is_code and not name.startswith("_") and thing.__module__ == module.__name__:
                found[f"{part}.{name}"] = thing
    return found


# --- What the tests name ---------------------------------------------------------------------------------------------


class WithoutAnnotations(ast.NodeTransformer):
    """A type in a signature is not yet a use."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


class TestFile:
    """A file of tests, with what each of its definitions names."""

    __test__ = False

    def __init__(self, path: Path) -> None:
        self.tree = WithoutAnnotations().visit(ast.parse(path.read_text("utf-8")))
        self.modules: dict[str, Any] = {}
        self.strategies: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module in SHARED:
                self.strategies |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lstm_lab"):
                for each in node.names:
                    self.modules[each.asname or each.name] = imported(str(node.module), each.name)
            elif isinstance(node, ast.Import):
                for each in node.names:
                    if each.name.startswith("lstm_lab"):
                        self.modules[each.asname or "lstm_lab"] = lstm_lab
        self.definitions: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body:
            for name in defined(statement):
                self.definitions.setdefault(name, []).append(statement)

    def properties(self) -> Iterator[ast.FunctionDef]:
        """The tests under `@given`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("given")
                for decorator in node.decorator_list
            ):
                yield node

    def reached(self, nodes: list[ast.AST]) -> tuple[list[Any], set[str]]:
        """What some code names, of lstm_lab and of the strategies, its helpers included."""
        found: list[Any] = []
        strategies: set[str] = set()
        seen: set[str] = set()
        while nodes:
            for node in ast.walk(nodes.pop()):
                if isinstance(node, ast.Attribute | ast.Name):
                    found.append(self.resolved(node))
                if isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    nodes += self.definitions.get(node.id, [])
                    strategies |= self.strategies & {node.id}
        return found, strategies

    def resolved(self, node: ast.AST) -> Any:
        """The object that a name or an attribute stands for, None if it is not of lstm_lab."""
        if isinstance(node, ast.Name):
            return self.modules.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.resolved(node.value)
            return getattr(base, node.attr, None) if isinstance(base, ModuleType) else None
        return None


def imported(module: str, name: str) -> Any:
    """What `from module import name` gives."""
    home = importlib.import_module(module)
    return (
        getattr(home, name) if hasattr(home, name) else importlib.import_module(f"{module}.{name}")
    )


def defined(statement: ast.stmt) -> list[str]:
    """The names that a statement of a module defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    return [target.id for target in targets if isinstance(target, ast.Name)]


@cache
def exercised() -> tuple[Any, ...]:
    """All of lstm_lab that a property names."""
    found: list[Any] = []
    strategies: set[str] = set()
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.name not in REFUSALS and "@given" in path.read_text("utf-8"):
            file = TestFile(path)
            names, used = file.reached([*file.properties()])
            found += names
            strategies |= used
    for module in SHARED:
        shared = TestFile(TESTS / f"{module}.py")
        wanted = [node for name in strategies for node in shared.definitions.get(name, [])]
        found += shared.reached([*wanted])[0]
    return tuple(found)


@cache
def shown() -> tuple[Any, ...]:
    """The functions of the explorers: `figures/test_every_figure.py` draws each in generated states."""
    return tuple(explorers.show(name).function for name in explorers.EXPLORERS)


def is_exercised(thing: Any) -> bool:
    return any(thing is each for each in (*exercised(), *shown()))


# --- The tests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(public().keys() - EXCEPTIONS.keys()))
def test_a_public_function_has_a_property(name: str) -> None:
    assert is_exercised(public()[name]), f"no test under @given names lstm_lab.{name}"


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_there(name: str) -> None:
    assert importlib.util.find_spec(f"lstm_lab.{name}")


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_an_exception_is_one(name: str) -> None:
    assert name in public()
    assert not is_exercised(public()[name]), f"{name} has a property: take it off the exceptions"


def test_a_function_without_a_property_is_found(tmp_path: Path) -> None:
    code = """
from hypothesis import given, strategies as st
from lstm_lab import sequences as s
from lstm_lab.models import MLP, spectral_radius, count_parameters

def helper(lag: MLP) -> MLP:
    return s.latch(None, lag)

@given(st.integers())
def test_a_property(lag):
    assert helper(lag)

def test_an_example():
    assert spectral_radius([[1.0]]) == 1 and count_parameters
"""
    (tmp_path / "test_it.py").write_text(code)
    file = TestFile(tmp_path / "test_it.py")
    names, _ = file.reached([*file.properties()])
    assert sequences.latch in names
    assert models.spectral_radius not in names
    assert models.count_parameters not in names
    assert models.MLP not in names
