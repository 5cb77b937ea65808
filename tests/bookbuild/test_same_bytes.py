"""Two runs with one seed give the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild.explorer_html import payload_script

ROOT = Path(__file__).resolve().parents[2]

# In processes of their own, with other hashes of texts, so that no order of a set can decide.
RUNS = {
    "reproduce": """
from lstm_lab.paper1997.runner import run
run.reproduce(["6a", "3a-1"], 2, seed=3, cap=400, results=OUT, progress=False)
""",
    "measure": """
from lstm_lab.chapters.ch06.experiments import latch
tiny = latch.LatchSettings(cells=(("tanh RNN", "tanh RNN", {}), ("LSTM 2000", "LSTM 2000", {})), lags=(2, 4),
                           noises=(0.2,), seeds=2, hidden_size=3, batch=4, updates=30, profile_lag=4)
latch.run(OUT, jobs=1, settings=tiny)
""",
    "explorers": """
from lstm_lab.chapters import explorers
from bookbuild.explorer_html import page_html, payload_script
from lstm_lab.interact.static import explorer_page
for name in ("gates-needed", "latch-success", "gradient-check"):
    page = explorer_page(explorers.show(name))
    (OUT / f"{name}.js").write_text(payload_script(page))
    (OUT / f"{name}.html").write_text(page_html(page, "_static"))
""",
    "notebooks": """
import pair_notebooks
for chapter in sorted((ROOT / "chapters").glob("*.md"))[:4]:
    text = chapter.read_text("utf-8")
    if pair_notebooks.is_chapter(text):
        (OUT / f"{chapter.stem}.ipynb").write_text(pair_notebooks.notebook_text(text))
""",
    "coursework": """
from lstm_grade import release, source
for name in sorted(source.folders()):
    assignment = source.load(name, "a")
    (OUT / f"{name}.zip").write_bytes(release.student_zip(assignment))
    text = release.notebook_text(release.instructor_notebook(assignment))
    (OUT / f"{name}.ipynb").write_text(text)
""",
}


def run(name: str, out: Path, seed: str) -> dict[str, bytes]:
    """What a run writes."""
    out.mkdir()
    paths = [str(ROOT), str(ROOT / "tools"), str(ROOT / "coursework" / "grader")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": seed}
    start = f"from pathlib import Path\nOUT, ROOT = Path({str(out)!r}), Path({str(ROOT)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", start + RUNS[name]],
        capture_output=True, text=True, check=False, env=env, cwd=out.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return {
        str(file.relative_to(out)): without_times(file.read_bytes(), name)
        for file in sorted(out.rglob("*"))
        if file.is_file()
        and ".unfinished" not in file.parts  # a slow machine keeps trials on their way
    }


def without_times(content: bytes, name: str) -> bytes:
    """The seconds that a trial took are the clock's, and so is the checksum over them; all else is the seed's."""
    if name != "reproduce" or not content.startswith(b"{"):
        return content
    kept = json.loads(content)
    assert kept.pop("checksum")
    for trial in kept["trials"]:
        assert trial.pop("seconds") > 0
    return json.dumps(kept).encode()


@pytest.mark.parametrize("name", RUNS)
def test_two_runs_write_the_same(name: str, tmp_path: Path):
    first, second = (run(name, tmp_path / seed, seed) for seed in ("1", "2"))
    assert first
    assert list(first) == list(second)
    assert [file for file in first if first[file] != second[file]] == []


def test_another_seed_gives_other_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The comparison above can fail."""
    first = run("reproduce", tmp_path / "1", "1")
    monkeypatch.setitem(RUNS, "reproduce", RUNS["reproduce"].replace("seed=3", "seed=4"))
    second = run("reproduce", tmp_path / "2", "1")
    assert list(first) == list(second)
    assert all(first[file] != second[file] for file in first if file.endswith("json"))


def test_a_file_of_packed_states_is_named_after_what_it_holds():
    page = {"name": "a", "payload": "abc"}
    assert payload_script(page) != payload_script(page | {"payload": "abd"})
    assert payload_script(page).startswith('lstmLab.payload("a-')
