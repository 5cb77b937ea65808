"""A table of somebody else, with some cells filled in and every other byte as it was."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cell:
    """A cell of the file: its text, and where its bytes stand."""

    text: str
    begin: int
    end: int


class Table:
    """A CSV file as it is: coding, byte order mark, separator, quotes, line ends. ValueError if it cannot be read."""

    def __init__(self, path: Path):
        content = path.read_bytes()
        self.coding, self.mark = "utf-8", b""
        for mark, coding in (
            (b"\xef\xbb\xbf", "utf-8"),
            (b"\xff\xfe", "utf-16-le"),
            (b"\xfe\xff", "utf-16-be"),
        ):
            if content.startswith(mark):
                self.coding, self.mark = coding, mark
        try:
            self.text = content[len(self.mark) :].decode(self.coding)
        except UnicodeDecodeError:
            self.coding = "cp1252"
            self.text = content.decode("cp1252", "surrogateescape")
        first = re.sub(r'"[^"]*"', "", self.text.partition("\n")[0])
        self.separator = max(",;\t", key=first.count)
        self.rows = self._parse()
        if not self.rows:
            raise ValueError(f"{path.name} is empty")
        self.changes: list[tuple[int, int, str]] = []
        self.quoted = self.text[:1] == '"' and all(
            self.text[cell.begin : cell.begin + 1] == '"' for cell in self.rows[0]
        )

    def _parse(self) -> list[list[Cell]]:
        rows: list[list[Cell]] = []
        place, row = 0, []
        while place < len(self.text):
            begin = place
            if self.text[place] == '"':
                place += 1
                while place < len(self.text):
                    if self.text[place] != '"':
                        place += 1
                    elif self.text[place + 1 : place + 2] == '"':
                        place += 2
                    else:
                        break
                place += 1
            while place < len(self.text) and self.text[place] not in (self.separator, "\r", "\n"):
                place += 1
            raw = self.text[begin:place]
            row.append(Cell(next(csv.reader(io.StringIO(raw, newline=""), delimiter=self.separator), [""])[0]
                            if raw else "", begin, place))  # fmt: skip
            if place < len(self.text) and self.text[place] == self.separator:
                place += 1
                if place < len(self.text):
                    continue
                row.append(Cell("", place, place))
            elif self.text[place : place + 2] == "\r\n":
                place += 2
            else:
                place += 1
            if any(cell.text for cell in row) or len(row) > 1:
                rows.append(row)
            row = []
            if place < len(self.text) and self.text[place - 1] == self.separator:
                row = []
        return rows

    @property
    def header(self) -> list[str]:
        return [cell.text.strip() for cell in self.rows[0]]

    def value(self, row: int, column: int) -> str:
        cells = self.rows[row]
        return cells[column].text.strip() if column < len(cells) else ""

    def set(self, row: int, column: int, text: str) -> None:
        """Fill in a cell, quoted if the file quotes everything or the text needs it."""
        cells = self.rows[row]
        needs = self.quoted or any(sign in text for sign in (self.separator, '"', "\n", "\r"))
        said = '"' + text.replace('"', '""') + '"' if needs else text
        if column < len(cells):
            self.changes.append((cells[column].begin, cells[column].end, said))
        else:  # a short line
            missing = self.separator * (column - len(cells) + 1)
            self.changes.append((cells[-1].end, cells[-1].end, missing + said))

    def bytes(self) -> bytes:
        """The file with its changes."""
        text = self.text
        for begin, end, said in sorted(self.changes, reverse=True):
            text = text[:begin] + said + text[end:]
        errors = "surrogateescape" if self.coding == "cp1252" else "strict"
        try:
            return self.mark + text.encode(self.coding, errors)
        except UnicodeEncodeError:  # a comment that the file's own coding does not have
            return self.mark + text.encode(self.coding, "replace")

    def decimal(self, number: str) -> str:
        """A number as this file writes it: with a comma, where its columns are parted by semicolons."""
        numbers = re.findall(r"(?<![\d.,])\d+([.,])\d{1,2}(?![\d.,])", self.text)
        comma = self.separator == ";" and "." not in numbers
        return number.replace(".", ",") if comma else number
