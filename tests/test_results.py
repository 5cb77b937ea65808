"""A result file that is read is whole, unchanged and of this format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lstm_lab import results


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "one.json"
    file.write_bytes(results.result_bytes({"seed": 1}, {"numpy": "2"}, [{"share": 0.5}]))
    return file


def test_what_was_written_is_read(file):
    content = results.read_checked(file)
    assert (content["settings"], content["trials"]) == ({"seed": 1}, [{"share": 0.5}])


@pytest.mark.parametrize(("old", "new"), [("0.5", "0.6"), ('"seed": 1', '"seed": 2')])
def test_an_edited_file_is_refused_by_name(file, old, new):
    text = json.dumps(json.loads(file.read_text()))
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=r"one\.json was changed after it was written; .*anew"):
        results.read_checked(file)


def test_half_a_file_is_refused(file):
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"one\.json is damaged"):
        results.read_checked(file)


def test_another_format_is_refused(file):
    content = json.loads(file.read_text()) | {"format": 99}
    del content["checksum"]
    file.write_text(json.dumps(content | {"checksum": results.checksum(content)}))
    with pytest.raises(ValueError, match=r"one\.json has format 99"):
        results.read_checked(file)
