"""Write the book's data as text, from the packages that ship them: scikit-learn and statsmodels.

Run it to see that what stands in the repository is what they ship, or after adding a data set.
"""

from __future__ import annotations

from importlib import import_module

from lstm_lab import data


def digits() -> str:
    """A line a digit: the ink of its 64 pixels as letters, and the label."""
    pixels, labels = import_module("sklearn.datasets").load_digits(return_X_y=True)
    rows = ("".join(data.PIXELS[int(ink)] for ink in picture) for picture in pixels)
    return "".join(f"{row} {label}\n" for row, label in zip(rows, labels, strict=True))


def irises() -> str:
    """A line an iris: four measurements in cm, and the kind."""
    measured, kinds = import_module("sklearn.datasets").load_iris(return_X_y=True)
    head = "sepal length,sepal width,petal length,petal width,kind\n"
    lines = (
        f"{','.join(f'{value:g}' for value in row)},{kind}\n"
        for row, kind in zip(measured, kinds, strict=True)
    )
    return head + "".join(lines)


def co2() -> str:
    """A line a month: the mean of its weeks, to all digits; nan for a month without a measurement."""
    weekly = import_module("statsmodels.datasets.co2").load_pandas().data["co2"]
    monthly = weekly.resample("MS").mean()
    lines = (f"{day.year},{day.month},{float(value)!r}\n" for day, value in monthly.items())
    return "year,month,ppm\n" + "".join(lines)


FILES = {data.DIGITS: digits, data.IRISES: irises, data.CO2: co2}


def main() -> None:
    """Write them, and say how long they are."""
    for file, text in FILES.items():
        file.write_text(text(), "ascii")
        print(f"{file.name}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
