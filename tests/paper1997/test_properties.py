"""What holds for any row, decision, seed and size: nets, streams, lanes, sentences and tables."""

import json
import re
from dataclasses import asdict, replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rows import decisions, rows, rows_and_decisions
from strategies import seeds

from lstm_lab import sequences
from lstm_lab.models.activations import ACTIVATIONS
from lstm_lab.paper1997 import (
    baselines,
    choices,
    formats,
    lockstep,
    nets,
    readable,
    run,
    spec,
    speed,
    supply,
    table,
    trial,
    words,
)
from lstm_lab.paper1997.lanes import LANES

small_rows = rows.filter(lambda row: row.net.inputs < 20)
symbols_of_reber = sequences.draw.REBER_ALPHABET


@st.composite
def decided(draw, of=rows):
    """A row as some decisions have it, and those decisions."""
    row, chosen = draw(rows_and_decisions(of))
    return choices.decided(row, chosen), chosen


# --- Nets ------------------------------------------------------------------------------------------------------------


@given(decided(), seeds)
@settings(max_examples=30)
def test_a_net_begins_with_as_many_weights_as_its_topology_counts(known, seed):
    net = known[0].net
    assume(net.init > 0)
    weights = trial.initial_weights(net, np.random.default_rng(seed))
    hidden, output = trial.masks(net)
    there = int(hidden.sum()) + weights.columns.size
    there += net.outputs * int(output.sum()) + weights.output_columns.size
    assert there == net.weight_count
    assert not weights.hidden[hidden == 0].any()
    given_biases = {bias for bias in (net.input_gate_bias, net.output_gate_bias) if bias}
    numbers = {n for bias in given_biases if not isinstance(bias, str) for n in bias}
    for array in weights:
        inside = (np.abs(array) <= net.init) | np.isin(array, list(numbers))
        assert inside.all()


@given(decided(), st.floats(-30, 30))
def test_a_plan_squashes_as_the_functions_of_its_names(known, x):
    row, chosen = known
    plan = trial.make_plan(row, chosen)
    for name, scale, shift in (
        (row.net.g, plan.g_scale, plan.g_shift),
        (row.net.h, plan.h_scale, plan.h_shift),
    ):
        squashed = scale / (1 + np.exp(-x)) - shift if scale else x
        np.testing.assert_allclose(squashed, ACTIVATIONS[name].value(np.array(x)), atol=1e-12)
    assert plan.learning_rate == row.learning_rate


@given(decided(small_rows), seeds)
@settings(max_examples=20)
def test_the_readable_models_hold_every_weight_once(known, seed):
    net = known[0].net
    weights = trial.initial_weights(net, np.random.default_rng(seed))
    hidden, output = readable.parameters(net, weights)
    flat = np.concatenate([array.ravel() for array in (*hidden.values(), *output.values())])
    lane = np.concatenate([array.ravel() for array in weights])
    assert np.array_equal(np.sort(flat), np.sort(lane))
    lstm, readout = readable.readable(net, weights)
    for model, named in ((lstm, hidden), (readout, output)):
        for name, array in model.parameters.items():
            assert np.array_equal(array, named[name].reshape(array.shape)), name


@given(st.lists(seeds, min_size=1, max_size=LANES, unique=True), decided(small_rows), st.data())
@settings(max_examples=30)
def test_weights_come_out_of_the_lanes_as_they_went_in(drawn, known, data):
    each = [trial.initial_weights(known[0].net, np.random.default_rng(seed)) for seed in drawn]
    together = lockstep.into_lanes(each)
    lane = data.draw(st.integers(0, len(each) - 1))
    for out, original in zip(lockstep.out_of_lanes(together, lane), each[lane], strict=True):
        assert np.array_equal(out, original)
    if len(each) < LANES:
        assert not any(array.any() for array in lockstep.out_of_lanes(together, LANES - 1))


@given(st.sampled_from(list(baselines.BASELINES.values())))
def test_a_competitor_has_the_weights_of_its_layers(one):
    inputs, outputs = spec.row(one.row).net.inputs, spec.row(one.row).net.outputs
    if one.lag:
        symbols = one.lag + 1
        assert baselines.weight_count(one) == (symbols + 1) * (symbols + 1)
        return
    import torch

    kind = torch.nn.LSTM if one.method == "LSTM + Adam" else torch.nn.RNN
    layers = (kind(inputs, one.hidden_size), torch.nn.Linear(one.hidden_size, outputs))
    counted = sum(weight.numel() for layer in layers for weight in layer.parameters())
    assert baselines.weight_count(one) == counted


@given(st.integers(3, 12), st.booleans(), seeds)
@settings(max_examples=20)
def test_a_single_unit_stops_at_its_cap_and_has_changed_its_weights(lag, forward, seed):
    rng = np.random.default_rng(seed)
    symbols = lag + 1
    unit, output = (
        rng.uniform(-0.2, 0.2, symbols + 1),
        rng.uniform(-0.2, 0.2, (symbols, symbols + 1)),
    )
    before = unit.copy(), output.copy()
    assert baselines.one_unit(unit, output, lag, 1.0, forward, rng, 50) == 50
    for now, once in zip((unit, output), before, strict=True):
        assert np.isfinite(now).all()
        assert not np.array_equal(now, once)


# --- Trials ----------------------------------------------------------------------------------------------------------

quick = rows.filter(lambda row: row.net.inputs < 10 and row.task.typical_length <= 120)


@given(rows_and_decisions(quick), st.integers(0, 10**6), st.data())
@settings(max_examples=10)
def test_a_trial_goes_the_same_way_in_any_company_and_any_slices(known, seed, data):
    row, chosen = known
    chosen = replace(chosen, check_every=min(chosen.check_every, 50))
    row = choices.decided(row, chosen)
    numbers = data.draw(st.lists(st.integers(0, 9), min_size=2, max_size=4, unique=True))

    def done(of, seconds):
        trials = [trial.start(row, chosen, seed, number, 100) for number in of]
        while not all(one.finished for one in trials):
            trials = lockstep.advance(trials, seconds)
        return trials

    together, alone = done(numbers, 60)[-1], done(numbers[-1:], 1e-9)[0]
    assert alone.sequences == together.sequences >= 100
    assert (alone.reached, alone.curve) == (together.reached, together.curve)
    for one, other in zip(alone.weights, together.weights, strict=True):
        assert np.array_equal(one, other, equal_nan=True)


@given(quick.filter(lambda row: row.task.name != "embedded_reber"), seeds, st.data())
@settings(max_examples=15)
def test_a_test_that_gives_up_has_seen_enough(row, seed, data):
    known = choices.decided(row, choices.Decisions())
    one = trial.start(known, choices.Decisions(), seed, 0, 1)
    size, allowed = data.draw(st.integers(1, 40)), data.draw(st.integers(0, 40))
    wrong, error = lockstep.final_test(one, one.weights, size)
    assert wrong >= 0
    assert 0 < error < 2
    assert lockstep.final_test(one, one.weights, size) == (wrong, error)
    early, _ = lockstep.final_test(one, one.weights, size, allowed)
    assert early == wrong or allowed < early <= wrong


# --- What the chapter shows ------------------------------------------------------------------------------------------


@given(rows, seeds)
@settings(max_examples=40)
def test_the_relevant_steps_say_what_the_answer_is(row, seed):
    sequence = next(nets.stream(row, np.random.default_rng(seed)))
    mask = nets.relevant(row.name, sequence)
    assert mask.shape == (len(sequence),)
    wanted = sequence.noise_free_target[-1]
    if row.task.name == "marked_pairs":
        first, second = sequence.x[mask, 0] if mask.sum() == 2 else (0.0, *sequence.x[mask, 0])
        is_product = row.name == "5"
        expected = first * second if is_product else 0.5 + (first + second) / 4
        assert mask.sum() == 2
        np.testing.assert_allclose(wanted[0], expected)
    elif row.task.name == "temporal_order":
        assert mask.sum() == len(row.task.whole) // 2
        chosen = "".join(np.array(sequence.symbols)[mask])
        code = int(chosen.replace("X", "0").replace("Y", "1"), 2)
        assert int(wanted.argmax()) == code
    elif row.task.name == "two_classes":
        assert mask[: row.task.whole[1]].all()
        assert not mask[row.task.whole[1] :].any()
    elif row.task.name == "embedded_reber":
        assert sequence.symbols[int(np.flatnonzero(mask).item())] == sequence.symbols[-2]
    elif row.task.name == "distractors":
        assert np.flatnonzero(mask).tolist() == [1]
        assert sequence.symbols[1] == "xy"[wanted.argmax()]
    else:
        assert np.flatnonzero(mask).tolist() == [0]
        assert sequence.symbols[0] == sequence.symbols[-1]
    assert len(nets.class_names(row.name)) in (row.net.outputs, 1)


@given(seeds, st.data())
def test_wrong_predictions_are_found_where_they_were_made(seed, data):
    sequence = next(sequences.embedded_reber(np.random.default_rng(seed)))
    legal = sequences.legal_next_symbols(sequence.symbols)
    output = np.where(legal, 0.9, 0.1).astype(float)
    spoilt = data.draw(st.sets(st.integers(0, len(legal) - 1)))
    for t in spoilt:
        output[t] = 1 - output[t]
    shown = nets.Run(sequence, None, output)
    assert nets.wrong_predictions(shown) == sorted(spoilt)


shown_rows = st.sampled_from(nets.available())


@given(shown_rows, st.sampled_from(nets.WHEN), st.integers(0, 10**4))
@settings(max_examples=15)
def test_what_a_net_says_is_what_it_puts_out(row, when, example):
    shown = nets.run(row, when, example)
    said = nets.says(row, shown)
    assert shown.output.shape == (len(shown.sequence), spec.row(row).net.outputs)
    largest = np.abs(shown.trace.state[-1, : shown.trace.cell_input.shape[-1]]).max()
    assert f"{largest:.2g}" in said
    if not row.startswith("1-"):
        assert f"{shown.output[-1].max():.2f}" in said


@given(shown_rows, st.sampled_from(nets.WHEN), st.integers(10, 40))
@settings(max_examples=10)
def test_the_share_that_an_answer_explains_is_a_share(row, when, count):
    held = nets.held_by_cells(row, when, count)
    assert held.told.shape == (spec.row(row).net.cells,)
    assert np.abs(held.told - 0.5).max() <= 0.5 + 1e-9
    assert held.told[held.best] == held.told.max()
    assert (held.growth >= 0).all()


@given(st.sampled_from([name for name in nets.SHOWN if not name.startswith("1-")]))
def test_untrained_cells_stand_where_a_slope_is_possible(row):
    found = nets.untrained(row, "gates", 3)
    steepest = ACTIVATIONS[spec.row(row).net.h].steepest
    assert found.size >= 0
    assert 0 <= found.slope <= steepest


# --- Sentences and tables --------------------------------------------------------------------------------------------

counts = st.integers(1, 10**7)


@st.composite
def lines(draw):
    """A line of the table as some trials would make it."""
    row = draw(rows)
    known = table.row_lines(row, None)[draw(st.integers(0, len(row.stages) - 1))]
    trials = draw(st.integers(0, 30))
    met = sorted(draw(st.lists(counts, max_size=trials)))
    summed = {}
    if met:
        summed = {
            "mean": float(np.mean(met)),
            "median": float(np.median(met)),
            "least": met[0],
            "most": met[-1],
            "ratio": float(np.mean(met)) / known.paper_sequences,
        }
    verdict = draw(st.sampled_from(words.VERDICTS)) if trials else "not run"
    return table.Line(
        **{
            **asdict(known),
            **summed,
            "trials": trials,
            "succeeded": len(met),
            "verdict": verdict,
            "cap": draw(counts) if trials else None,
        }
    )


def numbers(text):
    return [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)]


@given(lines())
def test_a_sentence_has_the_figures_of_its_line(one):
    said, short = words.sentence(one), words.after(one)
    if not one.trials:
        assert said == short == words.NOT_RUN
        return
    assert {one.succeeded, one.trials, round(one.paper_sequences)} <= set(numbers(said))
    assert one.trials in numbers(short)
    if one.succeeded > 1:
        assert {one.least, one.most} <= set(numbers(said))
        assert round(one.mean) in {*numbers(said)} & {*numbers(short)}
    assert ("no verdict yet" in said) == (one.verdict == "unfinished") == ("so far" in short)
    if one.verdict != "unfinished":
        assert said.endswith(words.verdict(one))


@given(st.lists(lines(), min_size=1, max_size=6))
def test_tables_have_every_line_in_its_order(shown):
    content = json.loads(formats.render(shown, "json"))
    assert content["lines"] == [asdict(one) for one in shown]
    grid = formats.render(shown, "markdown").splitlines()[2 : 2 + len(shown)]
    for one, cells in zip(shown, grid, strict=True):
        assert cells.count("|") == len(formats.HEAD) + 1
        assert cells.startswith(f"| {one.row} {one.stage} |")
        assert f" {one.verdict} |" in cells
    text = formats.render(shown).splitlines()[1 : 1 + len(shown)]
    where = {line.index(one.verdict, 60) for one, line in zip(shown, text, strict=True)}
    assert len(where) == 1


@given(st.lists(lines(), max_size=12))
def test_a_tally_counts_every_line_once(shown):
    said = words.tally(shown)
    assert sum(int(n) for n in re.findall(r"(\d+) ", said)) == len(shown)
    assert said.count(",") + 1 == max(len({one.verdict for one in shown}), 1)


@given(lines())
def test_a_line_with_more_than_one_rule_names_the_rule(one):
    several = len(spec.row(one.row).stages) > 1
    assert words.label(one) == (f"{one.row}, {one.stage}" if several else one.row)


@given(decisions(), decisions())
def test_different_departures_are_said_in_different_words(one, other):
    for name, value in asdict(one).items():
        is_same = getattr(other, name) == value
        same_words = words.decision(name, value) == words.decision(name, getattr(other, name))
        if name != "init":  # two widths may round to the same six digits
            assert same_words == is_same


@given(st.floats(0, 10**6))
def test_a_time_left_is_within_a_tenth_or_five_seconds(seconds):
    amount, unit = re.fullmatch(r"about ([\d.]+) (s|min|h) left", run.in_words(seconds)).groups()
    said = float(amount) * {"s": 1, "min": 60, "h": 3600}[unit]
    assert abs(said - seconds) <= max(0.1 * seconds, 5)


@given(small_rows)
def test_the_bytes_of_a_group_hold_its_streams_and_its_weights_twice(row):
    known = choices.decided(row, choices.Decisions())
    room = supply.room(known, supply.chunk_size(known))
    one = trial.start(known, choices.Decisions(), 0, 0, 1)
    weights = sum(array.nbytes for array in one.weights) * LANES
    assert speed.state_bytes(row.name) == sum(array.nbytes for array in room) + 2 * weights
