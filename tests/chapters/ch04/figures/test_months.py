"""The window of months and its naive rivals (chapter 04)."""

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch04.figures import months

SETTINGS = windows.WindowSettings()


def trials(what: str) -> list[dict]:
    return [trial for trial in experiments.load("windows")["trials"] if trial["what"] == what]


def test_linear_fit_is_least_squares() -> None:
    _, x = windows.monthly_co2()
    learn, held_out = windows.split_months(SETTINGS)

    def rows(months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inputs = [[1, *(x[t - 3 - k] - x[t - 3] for k in range(1, 6))] for t in months]
        return np.array(inputs), np.array([x[t] - x[t - 3] for t in months])

    A, d = rows(learn)
    weights = np.linalg.solve(A.T @ A, A.T @ d)
    A, d = rows(held_out)
    assert months.linear_error(3, 6) == pytest.approx(np.sqrt(np.mean((A @ weights - d) ** 2)))


def test_what_the_text_says_of_the_months() -> None:
    def error(ahead: int, window: int) -> float:
        return float(
            np.median(
                [
                    t["held_out"]
                    for t in trials("co2")
                    if (t["ahead"], t["window"]) == (ahead, window)
                ]
            )
        )

    naive = windows.naive_errors(SETTINGS, 3)
    assert error(3, 1) == pytest.approx(naive["last value"], rel=0.02)
    assert error(3, 1) - error(3, 8) > 0.9 * (error(3, 1) - error(3, 13))
    assert error(3, 12) == pytest.approx(naive["last year's change"], rel=0.12)
    assert error(3, 36) == pytest.approx(error(3, 13), rel=0.15)
    assert error(12, 36) == pytest.approx(error(12, 1), rel=0.15)
    assert months.linear_error(3, 13) < 1.05 * error(3, 13)


def test_co2_error_drawn_is_that_of_the_forecast_kept() -> None:
    kept = next(t for t in trials("co2") if (t["ahead"], t["window"], t["seed"]) == (3, 12, 0))
    _, values = windows.monthly_co2()
    error = windows.root_mean_square(np.array(kept["forecast"]) - values[-144:])
    assert error == pytest.approx(kept["held_out"], abs=0.005)
    figure = months.co2_window(3, 12)
    assert list(figure.data[1].y) == kept["forecast"][-72:]
