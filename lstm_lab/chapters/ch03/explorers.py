"""The explorers of chapter 03, 1986: hidden units."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch03.figures import chain_rule as drawn_net
from lstm_lab.chapters.ch03.figures import hidden_units, symmetry
from lstm_lab.interact import Explorer, control


def chain_rule() -> Explorer:
    """A net small enough to print: forward, backward, and the gradient of each weight (chapter 03)."""
    return Explorer(
        drawn_net.chain_rule,
        "chain-rule",
        "Forward: what each unit puts out. Backward: how much the loss changes with each unit's net input. Gradient: "
        "the product of the two ends of each line.",
        show=list(drawn_net.SHOWN),
        inputs=control(
            ["0 and 0", "0 and 1", "1 and 0", "1 and 1"],
            initial="1 and 1",
            show=list(drawn_net.SHOWN[1:]),  # the weights are the same for all inputs
        ),
    )


def gradient_check() -> Explorer:
    """Differences against the chain rule, with and without a mistake (chapter 03)."""
    return Explorer(
        drawn_net.gradient_check,
        "gradient-check",
        "How far the differences are from the gradient by the chain rule, relative to its length. From right to left "
        "the step of the difference shrinks.",
        mistake=list(drawn_net.MISTAKES),
    )


def xor_surface() -> Explorer:
    """XOR learned: the decision surface, over training, hidden units and seeds (chapter 03)."""
    return Explorer(
        hidden_units.xor_surface,
        "xor-surface",
        "Above: the output over the plane of the inputs, blue below one half, orange above. Circles should be 0, "
        "squares 1; the number inside is the output. On a dashed line a hidden unit puts out one half. Below: the loss "
        "of each seed.",
        update=control(list(hidden_units.XOR_KEPT), unit="updates", label="training", initial=0),
        hidden_units=control(list(hidden_units.XOR_HIDDEN), initial=2),
        seed=control(list(hidden_units.XOR_SEEDS), initial=1),
    )


def hidden_space() -> Explorer:
    """XOR as the hidden units see it (chapter 03)."""
    return Explorer(
        hidden_units.hidden_space,
        "hidden-space",
        "The same networks with two hidden units. Each input is drawn where the two hidden units put it; the output "
        "unit can only draw a straight line here.",
        update=control(list(hidden_units.XOR_KEPT), unit="updates", label="training", initial=0),
        seed=control(list(hidden_units.XOR_SEEDS), initial=1),
    )


def symmetry_weights() -> Explorer:
    """The symmetry task of the Nature paper: two hidden units, six weights each (chapter 03)."""
    return Explorer(
        symmetry.symmetry_weights,
        "symmetry-weights",
        "The weights from the six inputs to the two hidden units. The dotted line is the middle of the pattern.",
        sweep=control(list(symmetry.KEPT), unit="sweeps", label="training", initial=0),
        learning_rate=list(symmetry.RATES),
        seed=control(list(symmetry.SEEDS), initial=1),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "chain-rule": chain_rule,
    "gradient-check": gradient_check,
    "xor-surface": xor_surface,
    "hidden-space": hidden_space,
    "symmetry-weights": symmetry_weights,
}

EXACT = {"symmetry-weights": {"learning_rate": (0.005, 0.5)}}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
