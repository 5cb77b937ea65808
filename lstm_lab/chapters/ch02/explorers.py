"""The explorers of chapter 02, 1969: XOR and the quiet."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch02.figures import machine_order, xor
from lstm_lab.interact import Explorer, control


def xor_unit() -> Explorer:
    """Weights and bias over XOR: three of four, never four (chapter 02)."""
    return Explorer(
        xor.xor_unit,
        "xor-unit",
        "Above: the four patterns and the side on which the unit says on; the grey dots can be dragged. Below: the net "
        "input at each pattern, under it the inequality that it must satisfy. A cross marks a wrong pattern and its "
        "violated inequality.",
        w1=control(list(xor.WEIGHTS), label="weight w₁", initial=1.0),
        w2=control(list(xor.WEIGHTS), label="weight w₂", initial=0.0),
        bias=control(list(xor.WEIGHTS), label="bias b", initial=-0.5),
    )


def xor_product() -> Explorer:
    """XOR with the product of the inputs as a third input (chapter 02)."""
    return Explorer(
        xor.xor_with_product,
        "xor-product",
        "As above, with w₁ = w₂ = w and a third input, the product x₁x₂, of weight v. With v = 0 it is the unit from "
        "before.",
        product_weight=control((-3.0, 1.0, 0.5), label="weight v of the product", initial=0.0),
        bias=control((-1.5, 1.5, 0.5), label="bias b", initial=-0.5),
        weight=control([-1.0, 0.0, 1.0], label="weights w", initial=1.0),
    )


def parity_order() -> Explorer:
    """Parity of n bits against the order of the machine (chapter 02)."""
    return Explorer(
        machine_order.parity_order,
        "parity-order",
        "Above: the net input of a best machine of that order, which should be above 0 at an odd number of ones. "
        "Below: the best share that any machine of order k reaches, and what the perceptron rule reached (median, and "
        "range of 10 orders of the examples). The thin line in the lower chart is guessing, 50 %.",
        bits=control((2, 8), label="inputs n", initial=4),
        order=control((1, 8), label="order k", initial=1),
    )


def association_units() -> Explorer:
    """Random association units, each seeing some of the inputs (chapter 02)."""
    return Explorer(
        machine_order.association_units,
        "association-units",
        "Each line: machines whose association units see that many of the inputs. Each point: the share of 20 machines "
        "that the perceptron rule brought to rest with every pattern right.",
        bits=control([2, 3, 4], label="inputs n", initial=2),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "xor-unit": xor_unit,
    "xor-product": xor_product,
    "parity-order": parity_order,
    "association-units": association_units,
}

EXACT = {
    "xor-unit": {"w1": (-5.0, 5.0), "w2": (-5.0, 5.0), "bias": (-5.0, 5.0)},
    "xor-product": {"product_weight": (-5.0, 5.0), "bias": (-5.0, 5.0), "weight": (-5.0, 5.0)},
}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
