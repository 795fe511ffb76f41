"""Planted heads get their names, and others do not."""

import json
import shutil
from dataclasses import replace
from zlib import crc32

import pytest
import torch
from polars.testing import assert_frame_equal

from planted_heads import behaving_dataset, behaving_model, behaving_proteins, patterns
from protlens.behaviour.behaviours import BEHAVIOURS
from protlens.behaviour.head_behaviours import describe_heads
from protlens.behaviour.inputs import draw_proteins
from protlens.behaviour.measure import measure_heads
from protlens.errors import ModelError, OptionError
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.models.fake import FakeModel
from protlens.properties.selection import select_properties
from protlens.runs.format import BEHAVIOUR
from protlens.runs.store import Run
from protlens.stats.run_tables import tabulate, write_tables
from toy import toy_dataset, toy_model

pytestmark = pytest.mark.slow

PROTEINS = behaving_proteins()
HEADS = list(patterns(PROTEINS))
ALSO = {
    "strand_partner": {"contact"},
    "contact": {"strand_partner"},
    "helix": {"turn_spacing"},
}
"""What else holds of a planted head: a strand partner is in contact, and a turn of a helix spans three or four."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    data = behaving_dataset(PROTEINS)
    folder = tmp_path_factory.mktemp("planted") / "run"
    properties = select_properties(data, ["contact", "binding_site"])
    run = extract(behaving_model(PROTEINS), data, properties, out=folder, options=ExtractionOptions(threshold=0.1))
    write_tables(run, tabulate(run))
    return run


@pytest.fixture(scope="module")
def found(run):
    return describe_heads(run, model=behaving_model(PROTEINS), dataset=behaving_dataset(PROTEINS))


def names(found, head):
    return set(found.tables.evidence.filter("named", head=HEADS.index(head))["behaviour"])


def test_every_behaviour_has_a_planted_head():
    assert set(HEADS) >= set(BEHAVIOURS)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_a_planted_head_gets_its_name_and_no_other(found, name):
    assert name in names(found, name)
    assert names(found, name) <= {name} | ALSO.get(name, set())


@pytest.mark.parametrize("head", ["none", "strand keys", "cysteines among themselves"])
def test_what_only_looks_like_a_behaviour_gets_none_of_its_names(found, head):
    assert names(found, head) & {"strand_partner", "contact", "same_amino_acid"} == set()


def test_variants_are_told(found):
    which = {
        row["behaviour"]: row["which"]
        for row in found.tables.evidence.filter("named").iter_rows(named=True)
        if HEADS[row["head"]] == row["behaviour"]
    }
    assert which["offset"] == "i-2"
    assert which["amino_acid"] == "W"
    assert which["site"] == "binding_site"
    titles = dict(found.tables.heads.select("behaviour", "title").rows())
    assert titles["offset"] == "offset i\N{MINUS SIGN}2"
    assert titles["amino_acid"] == "Trp (W)"


def test_a_head_without_a_name_is_unsupported_or_has_none(found):
    rows = {HEADS[row["head"]]: row for row in found.tables.heads.iter_rows(named=True)}
    assert rows["none"]["behaviour"] == "unsupported"
    assert rows["none"]["share"] is None
    assert rows["none"]["title"] == "unsupported"


def given():
    return {"model": behaving_model(PROTEINS), "dataset": behaving_dataset(PROTEINS)}


@pytest.fixture
def copy(run, tmp_path):
    """A copy of the run without what was described of it."""
    folder = shutil.copytree(run.path, tmp_path / "run")
    (folder / BEHAVIOUR).unlink(missing_ok=True)
    return Run.open(folder)


def test_what_was_found_is_written_listed_and_read_again(copy, monkeypatch):
    first = describe_heads(copy, **given(), proteins=10)
    listed = json.loads((copy.path / "files.json").read_text())["files"]
    assert {BEHAVIOUR, *(f"figures/head_poster.{kind}" for kind in ("pdf", "svg", "png"))} <= listed.keys()
    assert all(file.is_file() for file in first.figures)
    monkeypatch.setattr("protlens.behaviour.head_behaviours.measure_heads", None)
    again = describe_heads(copy, **given(), proteins=10)
    assert_frame_equal(again.tables.evidence, first.tables.evidence)
    assert_frame_equal(again.tables.heads, first.tables.heads)


@pytest.mark.parametrize("change", ["proteins", "seed", "threshold", "edited", "mode"])
def test_what_is_of_other_proteins_thresholds_or_modes_is_made_anew(copy, monkeypatch, change):
    describe_heads(copy, **given(), proteins=10)
    options = {"proteins": 10}
    if change == "edited":
        text = (copy.path / BEHAVIOUR).read_text()
        (copy.path / BEHAVIOUR).write_text(text.replace("true", "false"))
    elif change == "threshold":
        monkeypatch.setattr("protlens.behaviour.behaviours.LEAST_BETWEEN", 0.2)
    elif change == "mode":
        write_tables(copy, tabulate(copy, mode="paper"))
    else:
        options |= {change: 9}
    asked = []
    real = measure_heads
    monkeypatch.setattr(
        "protlens.behaviour.head_behaviours.measure_heads", lambda *a, **k: asked.append(len(a[1])) or real(*a, **k)
    )
    describe_heads(Run.open(copy.path), **given(), **options)
    assert asked == [options["proteins"]]


def test_a_run_that_starts_over_leaves_nothing_of_it(copy):
    describe_heads(copy, **given(), proteins=10)
    data = behaving_dataset(PROTEINS[:10])
    extract(behaving_model(PROTEINS), data, select_properties(data, ["contact"]), out=copy.path, fresh=True)
    assert not (copy.path / BEHAVIOUR).exists()
    assert not (copy.path / "figures").exists()


def test_without_the_model_the_run_alone_is_asked(copy):
    found = describe_heads(copy)
    assert found.note == "model 'fake' is not on this machine; give it with model="
    assert names(found, "self") == {"self"}
    assert names(found, "special") == {"special"}
    assert names(found, "contact") == {"contact"}
    assert names(found, "site") == {"site"}
    assert names(found, "offset") == set()
    own = found.tables.evidence.filter(behaviour="self", head=HEADS.index("self")).row(0, named=True)
    full = describe_heads(copy, **given()).tables.evidence
    same = full.filter(behaviour="self", head=HEADS.index("self")).row(0, named=True)
    assert own["share"] == pytest.approx(same["share"], abs=0.02)
    assert own["baseline"] == pytest.approx(same["baseline"], abs=1e-3)
    assert own["ci_low"] is None


def test_what_was_found_with_the_model_is_kept_without_it(copy):
    first = describe_heads(copy, **given(), proteins=10)
    again = describe_heads(copy, proteins=20)
    assert again.note is not None
    assert_frame_equal(again.tables.evidence, first.tables.evidence)


def test_proteins_are_drawn_from_those_of_the_run_one_of_each_cluster(copy):
    data = behaving_dataset([replace(one, cluster=f"c{number // 2}") for number, one in enumerate(PROTEINS)])
    related = extract(
        behaving_model(PROTEINS), data, select_properties(data, ["contact"]), out=copy.path.parent / "related"
    )
    drawn = draw_proteins(related, data, sample=60, seed=0)
    assert len(drawn) == len({one.cluster for one in drawn}) == 12
    assert [one.id for one in draw_proteins(related, data, sample=5, seed=0)] == [one.id for one in drawn[:5]]
    assert {one.id for one in draw_proteins(related, data, sample=5, seed=1)} != {one.id for one in drawn[:5]}


@pytest.mark.parametrize(("options", "words"), [({"proteins": 0}, "proteins 0"), ({"seed": -1}, "seed -1")])
def test_numbers_out_of_range_are_refused(copy, options, words):
    with pytest.raises(OptionError, match=words):
        describe_heads(copy, **options)


def test_another_model_is_refused(copy):
    other = behaving_model(PROTEINS)
    other.info = replace(other.info, sha256="1" * 64)
    with pytest.raises(ModelError, match="its weights are not those"):
        describe_heads(copy, model=other)


def test_proteins_too_short_to_vote_leave_what_the_run_tells(tmp_path):
    data = toy_dataset().take([1, 2, 5])
    run = extract(toy_model(), data, select_properties(data, ["amino_acid"]), out=tmp_path / "run")
    found = describe_heads(run, model=toy_model(), dataset=data)
    assert found.tables.heads.height == 6
    assert found.tables.heads["behaviour"].is_in(["none", "unsupported"]).all()


def test_noise_gets_no_name(tmp_path):
    def noise(text):
        scores = torch.randn(4, 50, len(text), len(text), generator=torch.Generator().manual_seed(crc32(text.encode())))
        return torch.softmax(2 * scores, -1) * 0.95

    data, model = behaving_dataset(PROTEINS), FakeModel(noise, layers=4, heads=50)
    run = extract(model, data, select_properties(data, ["contact", "binding_site"]), out=tmp_path / "run")
    found = describe_heads(run, model=model, dataset=data)
    assert found.tables.heads.height == 200
    assert not found.tables.evidence["named"].any()
