import json
from dataclasses import replace

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch11.experiments import patience as experiment
from lstm_lab.chapters.ch11.figures import patience
from lstm_lab.models import Readout, make
from lstm_lab.sequences import latch
from lstm_lab.training import Network

SMALL = experiment.PatienceSettings(
    cells=(("tanh RNN", {}), ("LSTM 1997", {})),
    noises=(0.2,),
    training_sequences=(4, 32),
    lag=3,
    seeds=2,
    hidden_size=4,
    batch=8,
    checkpoints=(5, 60),
    test_sequences=100,
)


def test_a_run_measures_every_cell_and_amount_at_every_checkpoint(tmp_path):
    said = experiment.run(tmp_path, jobs=1, settings=SMALL)
    result = json.loads((tmp_path / "patience.json").read_text())
    assert len(result["trials"]) == 2 * 2 * 2
    assert all(len(trial["test"]) == len(trial["train"]) == 2 for trial in result["trials"])
    solved = sum(trial["test"][-1] >= 0.99 for trial in result["trials"])
    assert said.startswith(f"patience: {solved} of 8 trials solved")
    assert solved > 0


def test_a_trial_depends_on_its_key_alone():
    def outcome(settings):
        trial = experiment.patience_trial(settings, (0, 0.2, 32, 1))
        return {name: value for name, value in trial.items() if name != "seconds"}

    assert outcome(SMALL) == outcome(replace(SMALL, seeds=9, training_sequences=(32,)))


def test_batches_come_from_the_known_sequences_only():
    known = next(latch(np.random.default_rng(0), 5, 6))
    batch = next(experiment.batches(known, 4, np.random.default_rng(1)))
    columns = {known.x[:, i].tobytes() for i in range(6)}
    drawn = [batch.x[:, i].tobytes() for i in range(4)]
    assert set(drawn) <= columns
    assert len(set(drawn)) == 4
    large = next(experiment.batches(known, 20, np.random.default_rng(1)))
    assert large.x.shape[1] == 20


def test_share_right_counts_signs_of_the_last_output():
    rng = np.random.default_rng(2)
    network = Network(make("tanh RNN", 1, 3, rng=rng), Readout(3, 1, rng=rng))
    sequences = next(latch(rng, 4, 50))
    right = np.sign(network.outputs(sequences.x)[-1]) == sequences.target[-1]
    assert experiment.share_right(network, sequences) == pytest.approx(right.mean())


def test_the_figure_draws_the_medians_of_what_was_measured():
    result = experiments.load("patience")
    figure = patience.data_and_updates(1.0, 300, "the training sequences")
    place = result["settings"]["checkpoints"].index(300)
    for cell, _ in result["settings"]["cells"]:
        (line,) = [trace for trace in figure.data if trace.name == cell]
        for count, drawn in zip(result["settings"]["training_sequences"], line.y, strict=True):
            values = [
                trial["train"][place]
                for trial in result["trials"]
                if (trial["cell"], trial["noise"], trial["training_sequences"])
                == (cell, 1.0, count)
            ]
            assert len(values) == result["settings"]["seeds"]
            assert drawn == pytest.approx(100 * np.median(values))


def test_what_was_not_measured_is_refused_by_name():
    with pytest.raises(ValueError, match=r"updates must be one of \[100, 300, 600\], got 50"):
        patience.data_and_updates(updates=50)
    with pytest.raises(ValueError, match="noise must be one of"):
        patience.data_and_updates(noise=0.1)


def test_what_the_chapter_says_is_in_the_result():
    few, many = (experiments.load("patience")["settings"]["training_sequences"][i] for i in (0, -1))
    heart = patience.shares("tanh RNN", 0.5, 600, "the training sequences")[few]
    fresh = patience.shares("tanh RNN", 0.5, 600, "fresh sequences")
    assert np.median(heart) == 1.0
    assert np.median(fresh[few]) < 0.6
    assert np.median(fresh[many]) > 0.95
    carousel = patience.shares("LSTM 1997", 1.0, 600, "fresh sequences")
    assert np.median(carousel[few]) > 0.95
    later = patience.shares("LSTM 2000", 1.0, 600, "fresh sequences")
    solved = {count: sum(share >= 0.99 for share in values) for count, values in later.items()}
    assert solved[many] < max(solved.values())
    unfitted = patience.shares("LSTM 2000", 1.0, 600, "the training sequences")[many]
    assert np.median(unfitted) < 0.9
