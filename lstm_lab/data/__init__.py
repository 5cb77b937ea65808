"""The measured data of the book: handwritten digits, irises, and the carbon dioxide above Mauna Loa.

They stand here as text, so that a chapter needs no further package for them, on a reader's machine or in the page.
`tools/freeze_data.py` writes the files from the packages that ship the data. Introduced in chapters 01 and 04.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from lstm_lab._validate import Array

FOLDER = Path(__file__).parent
DIGITS, IRISES, CO2 = (FOLDER / name for name in ("digits.txt", "irises.csv", "co2.csv"))
PIXELS = "abcdefghijklmnopq"
"""The ink of a pixel in `digits.txt`, from 0 to 16."""


def digits() -> tuple[Array, np.ndarray]:
    """1,797 handwritten digits, each a picture of 8 by 8 pixels.

    Returns:
        the pixels, (1797, 64), row by row from the top, each 0 (paper) to 16 (ink); and the labels, (1797,), 0 to 9.

    Source: E. Alpaydin & C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998,
    CC BY 4.0: its test set, as scikit-learn ships it. Chapter 01.
    """
    pixels, labels = _digits()
    return pixels.copy(), labels.copy()


def irises() -> tuple[Array, np.ndarray]:
    """150 irises: length and width of sepal and petal, and the kind.

    Returns:
        the measurements in cm, (150, 4); and the kinds, (150,): 0 setosa, 1 versicolor, 2 virginica.

    Source: R. A. Fisher, "The use of multiple measurements in taxonomic problems", Annals of Eugenics 7:179-188, 1936;
    UCI Machine Learning Repository, CC BY 4.0, as scikit-learn ships it. Chapter 01.
    """
    table = _table(IRISES)
    return table[:, :4].copy(), table[:, 4].astype(int)


def co2() -> tuple[np.ndarray, np.ndarray, Array]:
    """Carbon dioxide in the air above Mauna Loa, Hawaii, monthly means of weekly values, 1958 to 2001.

    Returns:
        the year and the month, 1 to 12, each (months,); and the concentration in parts per million, NaN for a month
        without a measurement.

    Source: C. D. Keeling & T. P. Whorf, "Atmospheric CO2 concentrations derived from flask air samples at sites in the
    SIO network", 2004, public domain: the weekly values as statsmodels ships them. Chapter 04.
    """
    year, month, values = _table(CO2).T
    return year.astype(int), month.astype(int), values.copy()


@cache  # what is remembered is copied for who asks
def _digits() -> tuple[Array, np.ndarray]:
    lines = [line.split() for line in DIGITS.read_text("ascii").splitlines()]
    ink = np.frombuffer("".join(pixels for pixels, _ in lines).encode(), dtype=np.uint8)
    pixels = (ink.astype(float) - ord(PIXELS[0])).reshape(len(lines), 64)
    return pixels, np.array([int(label) for _, label in lines])


@cache
def _table(file: Path) -> Array:
    return np.loadtxt(file, delimiter=",", skiprows=1)
