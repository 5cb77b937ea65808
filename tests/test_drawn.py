"""A figure that is kept is the figure that would be drawn."""

from __future__ import annotations

import json
import pickle

import drawn
import pytest

from lstm_lab.interact import Explorer

NAME = "xor-unit"


@pytest.fixture
def drawings(monkeypatch) -> list[str]:
    """Notes each drawing."""
    noted: list[str] = []
    real = Explorer.figure

    def figure(self: Explorer, **settings):
        noted.append(json.dumps(settings))
        return real(self, **settings)

    monkeypatch.setattr(Explorer, "figure", figure)
    return noted


def test_a_state_is_drawn_once_for_all_processes(tmp_path, drawings):
    first = [json.loads(drawn.Drawn(tmp_path)(NAME, one).to_json()) for one in drawn.sample(NAME)]
    again = [json.loads(drawn.Drawn(tmp_path)(NAME, one).to_json()) for one in drawn.sample(NAME)]
    assert first == again
    assert sorted(drawings) == sorted({json.dumps(one) for one in drawn.sample(NAME)})


@pytest.mark.parametrize("spoil", ["other source", "cut short"])
def test_what_rests_on_other_source_or_is_damaged_is_drawn_anew(tmp_path, drawings, spoil):
    settings = drawn.sample(NAME)[0]
    whole = json.loads(drawn.Drawn(tmp_path)(NAME, settings).to_json())
    file = tmp_path / f"{NAME}.pickle"
    mark, figures = pickle.loads(file.read_bytes())
    figures[json.dumps(settings)]["layout"]["title"] = {"text": "another"}
    kept = pickle.dumps(("other" + mark, figures))
    file.write_bytes(kept if spoil == "other source" else kept[:100])
    assert json.loads(drawn.Drawn(tmp_path)(NAME, settings).to_json()) == whole
    assert len(drawings) == 2


def test_another_seed_samples_other_states(monkeypatch):
    drawn.sample.cache_clear()
    before = drawn.sample("gradient-flow")
    monkeypatch.setenv(drawn.SEED, "7")
    drawn.sample.cache_clear()
    after = drawn.sample("gradient-flow")
    drawn.sample.cache_clear()
    assert before[:3] == after[:3]
    assert before[3:] != after[3:]
