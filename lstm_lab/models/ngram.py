"""Counting what follows what: the n-gram, the model of text before networks, and the one to beat. Chapter 10."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from lstm_lab._validate import Array, integer_in, positive_integer


class NGram:
    r"""The odds of the next letter after the last n - 1, from counts, mixed with those of shorter contexts.

    With c(hk) how often letter k followed the context h, c(h) how often anything did, and u(h) how
    many different letters did (Witten & Bell)::

        p_n(k | h) = (c(hk) + u(h) p_{n-1}(k | h')) / (c(h) + u(h))      h' = h without its first letter
        p_0(k)     = 1 / letters

    A context that was never seen leaves the shorter one as it is.

    Args:
        letters: the size of the alphabet.
        order: n, the letters that an odd rests on, the one foretold included; 0 for equal odds.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: I. H. Witten & T. C. Bell, "The zero-frequency problem", IEEE Transactions on Information
    Theory 37(4):1085-1094, 1991 (method C). Chapter 10.
    """

    def __init__(self, letters: int, order: int) -> None:
        self.letters = positive_integer("letters", letters)
        self.order = integer_in("order", order, minimum=0, maximum=20)
        self.counts: list[dict[tuple[int, ...], dict[int, int]]] = []

    def fit(self, numbers: np.ndarray) -> NGram:
        """Count in a text, given as the numbers of its letters; returns itself."""
        text = self._checked("numbers", numbers)
        self.counts = [defaultdict(lambda: defaultdict(int)) for _ in range(self.order)]
        for length, table in enumerate(self.counts):
            for place in range(length, len(text)):
                table[tuple(text[place - length : place])][text[place]] += 1
        return self

    def odds(self, before: np.ndarray) -> Array:
        """The odds of each letter after these, (letters,).

        Raises:
            TypeError, ValueError: for what are no numbers of letters.
            RuntimeError: before :meth:`fit`.
        """
        if len(self.counts) < self.order:
            raise RuntimeError("fit must be called before odds")
        letters = self._checked("before", before)
        odds = np.full(self.letters, 1 / self.letters)
        for length, table in enumerate(self.counts):
            followed = table.get(tuple(letters[len(letters) - length :]) if length else ())
            if followed is None or length > len(letters):
                break
            kinds, total = len(followed), sum(followed.values())
            odds = odds * kinds
            for letter, count in followed.items():
                odds[letter] += count
            odds = odds / (total + kinds)
        return odds

    def bits(self, numbers: np.ndarray) -> Array:
        """-log2 of the odds of each letter of a text but its first, (T - 1,): what it costs to say it."""
        text = self._checked("numbers", numbers)
        given, reach = np.array(text, dtype=int), max(self.order - 1, 0)
        return np.array(
            [
                -np.log2(self.odds(given[max(0, place - reach) : place])[text[place]])
                for place in range(1, len(text))
            ]
        )

    def _checked(self, name: str, numbers: object) -> list[int]:
        given = np.asarray(numbers)
        if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
            raise TypeError(f"{name} must be whole numbers in a row, got {numbers!r}")
        if given.size and not (given.min() >= 0 and given.max() < self.letters):
            raise ValueError(
                f"{name} must be from 0 to {self.letters - 1}, got {given.min()} to {given.max()}"
            )
        return [int(one) for one in given]
