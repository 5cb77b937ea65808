"""What holds for any row, decision, seed and size: nets, streams, lanes, sentences and tables."""

import json
import re
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rows import decisions, rows, rows_and_decisions
from strategies import seeds

from lstm_lab import sequences
from lstm_lab.models.activations import ACTIVATIONS
from lstm_lab.paper1997.engine import layout, network_setup
from lstm_lab.paper1997.engine.layout import LANES
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import table, table_formats, wording
from lstm_lab.paper1997.runner import (
    as_models,
    baselines,
    plans,
    records,
    run,
    speed,
    trained_nets,
    trial,
    trial_data,
    trial_group,
)

small_rows = rows.filter(lambda row: row.net.inputs < 20)
symbols_of_reber = sequences.draw.REBER_ALPHABET


@st.composite
def decided(draw, of=rows):
    """A row as some decisions have it, and those decisions."""
    row, chosen = draw(rows_and_decisions(of))
    return open_decisions.decided(row, chosen), chosen


# --- Nets ------------------------------------------------------------------------------------------------------------


@given(decided(), seeds)
@settings(max_examples=30)
def test_a_net_begins_with_as_many_weights_as_its_topology_counts(known, seed):
    net = known[0].net
    assume(net.init > 0)
    weights = network_setup.initial_weights(net, np.random.default_rng(seed))
    hidden, output = network_setup.masks(net)
    there = int(hidden.sum()) + weights.columns.size
    there += net.outputs * int(output.sum()) + weights.output_columns.size
    assert there == net.weight_count
    assert not weights.hidden[hidden == 0].any()
    given_biases = np.zeros_like(weights.hidden)
    for place, bias in enumerate((net.input_gate_bias, net.output_gate_bias)):
        if bias and not isinstance(bias, str):
            first = net.cells + place * net.blocks
            given_biases[-1, first : first + net.blocks] = bias
    drawn = weights.hidden - given_biases
    at_once = (given_biases != 0) & (not net.added_gate_bias)
    assert (np.abs(drawn[~at_once]) <= net.init + 1e-12).all()
    assert not drawn[at_once].any()
    for array in weights[1:]:
        assert (np.abs(array) <= net.init).all()


@given(decided(), st.floats(-30, 30))
def test_a_plan_squashes_as_the_functions_of_its_names(known, x):
    row, chosen = known
    plan = network_setup.make_plan(row, chosen)
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
    net = replace(
        known[0].net,
        hidden_units=0,
        hidden_units_bias=None,
        bias_unit=False,
        start_activation=0.0,
        linear_output=False,
    )
    weights = network_setup.initial_weights(net, np.random.default_rng(seed))
    hidden, output = as_models.parameters(net, weights)
    flat = np.concatenate([array.ravel() for array in (*hidden.values(), *output.values())])
    lane = np.concatenate([array.ravel() for array in weights])
    assert np.array_equal(np.sort(flat), np.sort(lane))
    lstm, readout = as_models.readable(net, weights)
    for model, named in ((lstm, hidden), (readout, output)):
        for name, array in model.parameters.items():
            assert np.array_equal(array, named[name].reshape(array.shape)), name


@given(st.lists(seeds, min_size=1, max_size=LANES, unique=True), decided(small_rows), st.data())
@settings(max_examples=30)
def test_weights_come_out_of_the_lanes_as_they_went_in(drawn, known, data):
    each = [
        network_setup.initial_weights(known[0].net, np.random.default_rng(seed)) for seed in drawn
    ]
    together = layout.into_lanes(each)
    lane = data.draw(st.integers(0, len(each) - 1))
    for out, original in zip(layout.out_of_lanes(together, lane), each[lane], strict=True):
        assert np.array_equal(out, original)
    if len(each) < LANES:
        assert not any(array.any() for array in layout.out_of_lanes(together, LANES - 1))


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
    row = open_decisions.decided(row, chosen)
    numbers = data.draw(st.lists(st.integers(0, 9), min_size=2, max_size=4, unique=True))

    def done(of, seconds):
        trials = [trial.start(row, chosen, seed, number, 100) for number in of]
        while not all(one.finished for one in trials):
            trials = trial_group.advance(trials, seconds)
        return trials

    together, alone = done(numbers, 60)[-1], done(numbers[-1:], 1e-9)[0]
    assert alone.sequences == together.sequences >= 100
    assert (alone.reached, alone.curve) == (together.reached, together.curve)
    for one, other in zip(alone.weights, together.weights, strict=True):
        assert np.array_equal(one, other, equal_nan=True)


@given(quick.filter(lambda row: row.task.name != "embedded_reber"), seeds, st.data())
@settings(max_examples=15)
def test_a_test_that_gives_up_has_seen_enough(row, seed, data):
    known = open_decisions.decided(row, open_decisions.Decisions())
    one = trial.start(known, open_decisions.Decisions(), seed, 0, 1)
    size, allowed = data.draw(st.integers(1, 40)), data.draw(st.integers(0, 40))
    wrong, error = trial_group.final_test(one, one.weights, size)
    assert wrong >= 0
    assert 0 < error < 2
    assert trial_group.final_test(one, one.weights, size) == (wrong, error)
    early, _ = trial_group.final_test(one, one.weights, size, allowed)
    assert early == wrong or allowed < early <= wrong


# --- What the chapter shows ------------------------------------------------------------------------------------------


@given(rows, seeds)
@settings(max_examples=40)
def test_the_relevant_steps_say_what_the_answer_is(row, seed):
    sequence = next(trained_nets.stream(row, np.random.default_rng(seed)))
    mask = trained_nets.relevant(row.name, sequence)
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
    assert len(trained_nets.class_names(row.name)) in (row.net.outputs, 1)


@given(seeds, st.data())
def test_wrong_predictions_are_found_where_they_were_made(seed, data):
    sequence = next(sequences.embedded_reber(np.random.default_rng(seed)))
    legal = sequences.legal_next_symbols(sequence.symbols)
    output = np.where(legal, 0.9, 0.1).astype(float)
    spoilt = data.draw(st.sets(st.integers(0, len(legal) - 1)))
    for t in spoilt:
        output[t] = 1 - output[t]
    shown = trained_nets.Run(sequence, None, output)
    assert trained_nets.wrong_predictions(shown) == sorted(spoilt)


shown_rows = st.sampled_from(trained_nets.available())


@given(shown_rows, st.sampled_from(trained_nets.WHEN), st.integers(0, 10**4))
@settings(max_examples=15)
def test_what_a_net_says_is_what_it_puts_out(row, when, example):
    shown = trained_nets.run(row, when, example)
    said = trained_nets.says(row, shown)
    assert shown.output.shape == (len(shown.sequence), spec.row(row).net.outputs)
    largest = np.abs(shown.trace.state[-1, : shown.trace.cell_input.shape[-1]]).max()
    assert f"{largest:.2g}" in said
    if not row.startswith("1-"):
        assert f"{shown.output[-1].max():.2f}" in said


@given(shown_rows, st.sampled_from(trained_nets.WHEN), st.integers(10, 40))
@settings(max_examples=10)
def test_the_share_that_an_answer_explains_is_a_share(row, when, count):
    held = trained_nets.held_by_cells(row, when, count)
    assert held.explained.shape == (spec.row(row).net.cells,)
    assert np.abs(held.explained - 0.5).max() <= 0.5 + 1e-9
    assert held.explained[held.best] == held.explained.max()
    assert (held.growth >= 0).all()


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
    verdict = draw(st.sampled_from(wording.VERDICTS)) if trials else "not run"
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
    said, short = wording.sentence(one), wording.after(one)
    if not one.trials:
        assert said == short == wording.NOT_RUN
        return
    assert {one.succeeded, one.trials, round(one.paper_sequences)} <= set(numbers(said))
    assert one.trials in numbers(short)
    if one.succeeded > 1:
        assert {one.least, one.most} <= set(numbers(said))
        assert round(one.mean) in {*numbers(said)} & {*numbers(short)}
    assert ("no verdict yet" in said) == (one.verdict == "unfinished") == ("so far" in short)
    if one.verdict != "unfinished":
        assert said.endswith(wording.verdict(one))


@given(st.lists(lines(), min_size=1, max_size=6))
def test_tables_have_every_line_in_its_order(shown):
    content = json.loads(table_formats.render(shown, "json"))
    assert content["lines"] == [asdict(one) for one in shown]
    grid = table_formats.render(shown, "markdown").splitlines()[2 : 2 + len(shown)]
    for one, cells in zip(shown, grid, strict=True):
        assert cells.count("|") == len(table_formats.HEAD) + 1
        assert cells.startswith(f"| {one.row} {one.stage} |")
        assert f" {one.verdict} |" in cells
    text = table_formats.render(shown).splitlines()[1 : 1 + len(shown)]
    where = {line.index(one.verdict, 60) for one, line in zip(shown, text, strict=True)}
    assert len(where) == 1


@given(st.lists(lines(), max_size=12))
def test_a_tally_counts_every_line_once(shown):
    said = wording.tally(shown)
    assert sum(int(n) for n in re.findall(r"(\d+) ", said)) == len(shown)
    assert said.count(",") + 1 == max(len({one.verdict for one in shown}), 1)


@given(lines())
def test_a_line_with_more_than_one_rule_names_the_rule(one):
    several = len(spec.row(one.row).stages) > 1
    assert wording.label(one) == (f"{one.row}, {one.stage}" if several else one.row)


@given(decisions(), decisions())
def test_different_departures_are_said_in_different_words(one, other):
    for name, value in asdict(one).items():
        is_same = getattr(other, name) == value
        same_words = wording.decision(name, value) == wording.decision(name, getattr(other, name))
        if name != "init":  # two widths may round to the same six digits
            assert same_words == is_same


@given(st.floats(0, 10**6))
def test_a_time_left_is_within_a_tenth_or_five_seconds(seconds):
    amount, unit = re.fullmatch(r"about ([\d.]+) (s|min|h) left", run.in_words(seconds)).groups()
    said = float(amount) * {"s": 1, "min": 60, "h": 3600}[unit]
    assert abs(said - seconds) <= max(0.1 * seconds, 5)


@given(small_rows)
def test_the_bytes_of_a_group_hold_its_streams_and_its_weights_twice(row):
    known = open_decisions.decided(row, open_decisions.Decisions())
    room = trial_data.room(known, trial_data.chunk_size(known))
    one = trial.start(known, open_decisions.Decisions(), 0, 0, 1)
    weights = sum(array.nbytes for array in one.weights) * LANES
    assert speed.state_bytes(row.name) == sum(array.nbytes for array in room) + 2 * weights


# --- Decisions and their names ----------------------------------------------------------------------------------------


@given(decisions(), st.booleans())
def test_the_short_names_of_departures_say_them_all(chosen, of_program):
    if of_program:
        chosen = replace(
            chosen,
            error_paths="truncated",
            **records.departures(open_decisions.AS["authors-program"]),
        )
    short = records.changes_in_short(chosen)
    readings = [one.removeprefix("as=") for one in short if one.startswith("as=")]
    assert readings == ["authors-program"] * of_program
    changes = [one for one in short if not one.startswith("as=")]
    assert open_decisions.parse_decisions(changes, *readings) == chosen


@given(st.sampled_from(sorted(spec.ROWS)), st.sampled_from(sorted(open_decisions.AS)))
def test_a_row_is_refused_where_a_reading_has_no_such_net(row, reading):
    refused = reading == "authors-program" and row in ("2a", "2b")
    with pytest.raises(ValueError, match=f"row {row}") if refused else nullcontext():
        open_decisions.check_reading(row, reading)


@given(st.sampled_from(sorted(plans.PLANS)), st.text("abc/", max_size=5))
def test_a_plan_has_a_folder_and_runs_that_all_differ(name, parent):
    assert plans.folder(name, Path(parent)) == Path(parent) / name
    runs = plans.PLANS[name].runs
    assert len({(run.row, run.decisions) for run in runs}) == len(runs)
    places = {records.place(Path(parent), run.row, run.decisions) for run in runs}
    assert len(places) == len(runs)
    assert plans.PLANS[name].seed != 0


@given(decided(small_rows), seeds, st.booleans())
@settings(max_examples=20)
def test_a_copy_of_nets_shares_nothing_with_them(known, seed, late):
    one = network_setup.initial_weights(known[0].net, np.random.default_rng(seed))
    weights = layout.into_lanes([one] * LANES)
    nets = layout.Nets(weights, layout.into_lanes([one]) if late else weights)
    copied = layout.copy_of(nets)
    assert (copied.changes is copied.weights) == (not late)
    for ours, theirs in zip(
        (*copied.weights, *copied.changes), (*weights, *nets.changes), strict=True
    ):
        assert np.array_equal(ours, theirs)
        assert not np.shares_memory(ours, theirs)


@given(st.integers(0, 40), st.integers(0, 3))
def test_empty_streams_have_room_for_their_steps(steps, dense):
    room = layout.empty_streams(steps, dense)
    assert room.x.shape == (steps, dense, LANES)
    assert {array.shape for array in room[1:]} == {(steps, LANES)}
    assert not any(array.any() for array in room)
