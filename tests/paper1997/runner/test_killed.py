"""A run killed a hundred times, at moments nobody chose, ends as one that was left alone."""

import json
import os
import random
import signal
import time

from lstm_lab.paper1997.runner import records, run

ROWS, TRIALS, CAP, KILLS = ["3a-1", "6a"], 2, 4_000, 100


def go_on(folder):
    run.reproduce(
        ROWS, TRIALS, cap=CAP, results=folder, progress=False, slice_seconds=0.005, jobs=1
    )


def killed_after(folder, seconds, at_work):
    """Run in a process of its own and kill it, that long after it began or first wrote; True if it ended before."""
    hears, tells = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            keep = records.keep_unfinished
            records.keep_unfinished = lambda *given: (os.write(tells, b"."), keep(*given))
            go_on(folder)
            status = 0
        finally:
            os._exit(status)
    os.close(tells)
    if at_work:
        os.read(hears, 1)  # or nothing, if it ends without
    os.close(hears)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def without_times(folder):
    found = {}
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text())
        content.pop("checksum")
        for trial in content["trials"]:
            trial.pop("seconds")
        found[file.name] = content
    return found


def digest(folder):
    return hash(
        tuple(
            file.read_bytes() for file in sorted([*folder.rglob("6a.*"), *folder.rglob("3a-1.*")])
        )
    )


def test_a_hundred_kills_lose_nothing_and_repeat_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "KEEP_EVERY", 0.0)
    go_on(tmp_path / "alone")  # compiles what the children then have
    rng = random.Random(1997)
    folder = tmp_path / "killed"
    kills = whole = got_on = 0
    before = digest(folder)
    while kills < KILLS:
        if killed_after(folder, rng.uniform(0.0, 0.05), rng.random() < 0.7):
            # It was whole before it could be killed that often: kill it over another folder, too.
            assert without_times(folder) == without_times(tmp_path / "alone")
            whole += 1
            folder = tmp_path / f"killed-{whole}"
        else:
            kills += 1
        got_on += digest(folder) != before
        before = digest(folder)
    assert got_on > KILLS / 5  # it was killed at work, and not before it had begun
    go_on(folder)
    assert without_times(folder) == without_times(tmp_path / "alone")
    left = {file.name for file in folder.rglob("*") if file.is_file()}
    assert left == {"3a-1.json", "6a.json", ".gitignore"}
