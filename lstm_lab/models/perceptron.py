"""The perceptron: one threshold unit and the rule that corrects it.

Sources: F. Rosenblatt, "The perceptron: a probabilistic model for information storage and
organization in the brain", Psychological Review 65(6):386-408, 1958, for the machine. The error-correction rule is
not in that paper; it is given here as in A. B. J. Novikoff's convergence proof, "On convergence proofs on
perceptrons", 1962, which also gives the bound on the number of mistakes. Introduced in chapter 01; its limit in
chapter 02.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    number_in,
    positive_integer,
    positive_number,
    true_or_false,
)


@dataclass(frozen=True, eq=False)
class Learning:
    """The course of one `Perceptron.fit`.

    `mistakes` counts the corrections in each pass through the examples, and `examples` gives the
    index of the example behind each correction, M in all. `weights`, (M + 1, input_size), and
    `bias`, (M + 1,), start before the first correction. `converged` says whether the last pass
    made none.
    """

    mistakes: tuple[int, ...]
    examples: tuple[int, ...]
    weights: Array
    bias: Array
    converged: bool


class Perceptron:
    """y = f(a), a = w . x + b, with f(a) = +1 for a > 0 and -1 otherwise, and w and b zero at the start.

    After an example x with label d = +1 or -1 for which d a <= margin::

        w <- w + learning_rate d x,        b <- b + learning_rate d,

    Otherwise nothing changes.

    Parameters, by name and shape: `weights` w (input_size,), `bias` b (1,) unless `bias` is False.

    Args:
        input_size: length of one input vector.
        learning_rate: above 0. From zero weights and without a margin it changes only their
            length, not the course of the mistakes.
        margin: at least 0; how far on the right side w . x + b must be to be left alone.
        bias: False for a line through the origin.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: Novikoff 1962 for the rule and the bound, Rosenblatt 1958 for the machine. Chapter 01.
    """

    def __init__(
        self,
        input_size: int,
        *,
        learning_rate: float = 1.0,
        margin: float = 0.0,
        bias: bool = True,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.learning_rate = positive_number("learning_rate", learning_rate)
        self.margin = number_in("margin", margin, minimum=0)
        self.parameters = {"weights": np.zeros(self.input_size)}
        if true_or_false("bias", bias):
            self.parameters["bias"] = np.zeros(1)

    @property
    def weights(self) -> Array:
        """The vector w, (input_size,)."""
        return self.parameters["weights"]

    @property
    def bias(self) -> float:
        """The number b; 0 for a perceptron without bias."""
        return float(self.parameters.get("bias", np.zeros(1))[0])

    def activation(self, x: Array) -> Array:
        """The sum w . x + b for x of shape (input_size,) or (examples, input_size)."""
        x = finite_array("x", x, (self.input_size,), ("examples", self.input_size))
        return x @ self.weights + self.bias  # eq-01-net

    def predict(self, x: Array) -> Array:
        """+1 where the activation is above zero, else -1; x as for `activation`."""
        return np.where(self.activation(x) > 0, 1.0, -1.0)

    def correct(self, x: Array, label: float) -> bool:
        """Learn from one example, x of shape (input_size,); return whether it was a mistake."""
        x = finite_array("x", x, (self.input_size,))
        label = float(signs("label", label, ()))
        mistake = bool(label * self.activation(x) <= self.margin)
        if mistake:
            self.parameters["weights"] += self.learning_rate * label * x  # eq-01-rule
            if "bias" in self.parameters:
                self.parameters["bias"] += self.learning_rate * label
        return mistake

    def fit(self, x: Array, labels: Array, *, max_epochs: int = 100) -> Learning:
        """Pass through the examples in order until a pass makes no mistake.

        Args:
            x: the examples, (examples, input_size).
            labels: +1 or -1 for each, (examples,).
            max_epochs: passes after which to give up; if the examples can't be separated by a
                plane, no number is enough.

        Raises:
            TypeError, ValueError: for an argument of the wrong kind, shape or range, by its name.
        """
        x, labels = self._examples(x, labels)
        epochs = positive_integer("max_epochs", max_epochs)
        mistakes: list[int] = []
        examples: list[int] = []
        weights, bias = [self.weights.copy()], [self.bias]
        while len(mistakes) < epochs and (not mistakes or mistakes[-1] > 0):
            mistakes.append(0)
            for index, (example, label) in enumerate(zip(x, labels, strict=True)):
                if self.correct(example, label):
                    mistakes[-1] += 1
                    examples.append(index)
                    weights.append(self.weights.copy())
                    bias.append(self.bias)
        return Learning(
            mistakes=tuple(mistakes),
            examples=tuple(examples),
            weights=np.stack(weights),
            bias=np.array(bias),
            converged=mistakes[-1] == 0,
        )

    def distance(self, x: Array, labels: Array) -> float:
        """The geometric margin, the least d (w . x + b) / norm(w) among the examples.

        The distance from the plane to the nearest example; below zero if one lies on the wrong
        side. -inf while w is zero. Arguments and errors as for `fit`.
        """
        x, labels = self._examples(x, labels)
        length = float(np.linalg.norm(self.weights))
        return float((labels * self.activation(x)).min()) / length if length else -np.inf

    def mistake_bound(self, x: Array, labels: Array) -> float:
        """How many mistakes any perceptron without margin can make on these examples.

        Novikoff's (R / gamma)^2, with R the greatest norm(x') and gamma the least
        d (w' . x') / norm(w'), where x' is x with a constant 1 appended for the bias and w' is w
        with b. It needs *this* perceptron to
        separate the examples: inf if it does not. Arguments and errors as for `fit`.
        """
        x, labels = self._examples(x, labels)
        one = 1.0 if "bias" in self.parameters else 0.0
        radius_squared = float((x**2).sum(axis=1).max()) + one
        length_squared = float(self.weights @ self.weights) + self.bias**2
        gap = float((labels * self.activation(x)).min())
        return radius_squared * length_squared / gap**2 if gap > 0 else np.inf

    def _examples(self, x: object, labels: object) -> tuple[Array, Array]:
        """Check examples and their labels, the arguments of `fit` and others."""
        x = finite_array("x", x, ("examples", self.input_size))
        return x, signs("labels", labels, (len(x),))


def signs(name: str, labels: object, shape: tuple[int, ...]) -> Array:
    """Check labels: +1 or -1 each, in an array of that shape."""
    array = finite_array(name, labels, shape)
    strange = array[np.abs(array) != 1]
    if strange.size:
        raise ValueError(f"{name} must be +1 or -1, got {strange.flat[0]}")
    return array
