import re
from pathlib import Path

import numpy as np
import pytest

from lstm_lab.chapters.ch11.figures import timeline
from lstm_lab.chapters.ch11.figures.timeline_data import ENTRIES, GRADES, STRANDS, Entry

ROOT = Path(__file__).parents[4]
CHAPTER = (ROOT / "chapters" / "11-patient-paper.md").read_text("utf-8")


def bibliography():
    text = (ROOT / "references.bib").read_text("utf-8")
    blocks = re.split(r"^@\w+\{", text, flags=re.M)[1:]
    return {block.split(",")[0]: block for block in blocks}


def field(block, name):
    found = re.search(rf"^\s*{name}\s*=\s*\{{(.*)\}},$", block, re.M)
    return found.group(1) if found else ""


BIB = bibliography()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.when} {entry.label}")
def test_an_entry_has_a_source_of_its_year(entry):
    assert entry.key in BIB
    year = int(field(BIB[entry.key], "year"))
    if entry.publication:
        assert entry.year == year
    else:
        assert entry.year <= year
    assert re.search(rf"\b{year}$", entry.source)
    family = field(BIB[entry.key], "author").split(",")[0].strip("{}")
    assert entry.source.startswith(family)
    assert entry.strand in STRANDS
    assert entry.grade in GRADES


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.when} {entry.label}")
def test_a_day_is_the_day_of_the_source_where_it_has_one(entry):
    month = field(BIB[entry.key], "month")
    if not (entry.publication and month):
        assert 1990 < entry.at < 2026
        return
    day, name = month.split()
    names = "January February March April May June July August September October November December"
    assert entry.when == f"{entry.year}-{names.split().index(name) + 1:02}-{int(day):02}"


def test_company_and_account_are_graded_by_who_speaks():
    companies = {
        "sak2015blog",
        "beaufays2015",
        "he2015baidu",
        "le2016blog",
        "pino2017",
        "caswell2020",
    }
    companies |= {"amazon2018whisper"}
    for entry in ENTRIES:
        assert (entry.grade == "C") == (entry.key in companies), entry.label
        assert (entry.grade == "A") == (entry.key == "schmidhuber2015overview"), entry.label
        assert (entry.grade == "J") == (entry.key in {"levy2016", "wired2016"}), entry.label


def test_the_chapter_cites_every_source_of_the_timeline():
    cited = {
        key for keys in re.findall(r"\{cite:[pt]\}`([^`]*)`", CHAPTER) for key in keys.split(",")
    }
    assert {entry.key for entry in ENTRIES} - cited == set()


def test_nobody_is_left_out_between_the_paper_and_2005():
    quiet = {entry.key for entry in ENTRIES if 1998 <= entry.year <= 2004}
    assert {"gers1999", "hochreiter2001learning", "bakker2001", "eck2002"} <= quiet


def test_entries_stand_strand_by_strand_in_the_order_of_time():
    places = [(STRANDS.index(entry.strand), entry.year) for entry in ENTRIES]
    assert places == sorted(places)


def test_a_date_has_its_place_on_the_axis():
    def at(when):
        return Entry(when, "", "", "research", "P", "", "", "").at

    assert at("1997-01-01") == 1997
    assert at("1997") == 1997.5
    assert 1997.85 < at("1997-11-15") < 1997.9
    assert at("1997-11-15") < at("1997-12-31") < 1998


def test_the_filters_leave_what_they_name_and_lose_nothing():
    assert timeline.chosen() == ENTRIES
    by_strand = [len(timeline.chosen(strand=strand)) for strand in STRANDS]
    by_period = [len(timeline.chosen(period=p)) for p in list(timeline.PERIODS)[1:]]
    by_grade = [len(timeline.chosen(grade=grade)) for grade in GRADES.values()]
    assert sum(by_strand) == sum(by_period) == sum(by_grade) == len(ENTRIES)
    few = timeline.chosen("products", "2012 to 2016", "company announcement")
    assert {entry.grade for entry in few} == {"C"}
    assert {entry.year for entry in few} <= set(range(2012, 2017))
    assert {"beaufays2015", "sak2015blog", "le2016blog"} <= {entry.key for entry in few}
    with pytest.raises(ValueError, match="strand must be one of 'all', 'research'"):
        timeline.chosen(strand="war")


def test_the_figure_draws_each_entry_once_on_a_row_of_its_own():
    figure = timeline.timeline()
    drawn = [(x, y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)]
    assert sorted(x for x, _ in drawn) == sorted(entry.at for entry in ENTRIES)
    rows = [y for _, y in drawn]
    assert len(set(rows)) == len(rows)
    assert len({trace.marker.symbol for trace in figure.data}) == len(STRANDS)
    labels = " ".join(note.text for note in figure.layout.annotations)
    for entry in ENTRIES:
        assert f"{entry.label} ({entry.grade})" in labels
    counts = figure.layout.meta["summary"]
    assert f"{len(ENTRIES)} entries" in counts
    assert f"primary paper {sum(entry.grade == 'P' for entry in ENTRIES)}" in counts


def test_a_short_list_is_told_and_an_empty_one_said():
    told = timeline.timeline("attention").layout.meta["summary"]
    assert "Vaswani et al. 2017" in told
    assert "2020: With linear attention" in told
    empty = timeline.timeline("attention", "until 1999")
    assert empty.layout.meta["summary"].endswith("no entry.")
    assert len(empty.data) == len(timeline.timeline().data)
    assert not any(trace.visible for trace in empty.data)


def test_a_label_stays_on_the_chart():
    low, high = timeline.timeline().layout.xaxis.range
    years_a_letter = 0.75
    for note in timeline.timeline().layout.annotations:
        width = years_a_letter * len(re.sub("<.*?>", "", note.text))
        start = note.x if note.xanchor == "left" else note.x - width
        assert start > low - 1e-9
        assert start + width < high + 1e-9
    assert np.isfinite(low)
