"""What the letters of this book cost n-grams, from counts alone. Chapter 10."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_lab.chapters.ch10 import corpus
from lstm_lab.models.ngram import NGram
from lstm_lab.results import RESULTS, run_trials


@dataclass(frozen=True)
class CountingSettings:
    """Everything that decides it."""

    orders: tuple[int, ...] = tuple(range(9))


def run(folder: Path = RESULTS, jobs: int = -1, settings: CountingSettings | None = None) -> str:
    """Count with each order; returns one sentence on the outcome."""
    chosen = settings or CountingSettings()
    trials = run_trials(folder / "counting.json", list(chosen.orders), counting_trial, chosen, jobs)
    best = min(trials, key=lambda trial: trial["choose_bits"])
    return (
        f"counting: {len(trials)} orders; the best on the part that settings are chosen by, {best['order']}, needs "
        f"{best['test_bits']:.2f} bits a letter on the tests, in {folder / 'counting.json'}"
    )


def counting_trial(settings: CountingSettings, order: int) -> dict[str, Any]:
    """One order: bits a letter, after counting in the part to learn from."""
    alphabet, text = corpus.alphabet(), corpus.parts()
    model = NGram(len(alphabet), order).fit(alphabet.numbers(text.learn))
    return {
        "order": order,
        "choose_bits": round(float(model.bits(alphabet.numbers(text.choose)).mean()), 4),
        "test_bits": round(float(model.bits(alphabet.numbers(text.test)).mean()), 4),
    }
