"""Chains of an entry in one input, from the options to the tables."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from protlens.analysis import analyze
from protlens.data.dataset import Dataset
from protlens.data.joining import join_chains
from protlens.data.protein import Protein
from protlens.data.structures.chains import read_structure
from protlens.errors import OptionError, RunError
from protlens.explorer.opening import open_run
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.retry_run import retry
from protlens.extraction.run import extract
from protlens.extraction.run_parts import dataset_of, model_of
from protlens.models.fake import FakeModel
from protlens.models.linked_chains import LinkedModel
from protlens.models.load import load_model
from protlens.nulls.null_analysis import null
from protlens.nulls.null_models import null_model
from protlens.properties.pair import InterContact
from protlens.properties.selection import read_definition, select_properties, write_definition
from protlens.runs.sites import SEPARATION_STARTS
from protlens.stats.run_tables import tabulate, write_tables
from reference import attention_of, count_property, same_counts
from toy import few_proteins_suffice, toy_dataset, toy_model

LINKER = 7
OPTIONS = ExtractionOptions(join_chains=True, linker=LINKER)
ENTRIES = ["1.A", "1.B", "2.A", "1.C", "3.A", "2.B", "4.A"]


def chains():
    """Return chains of an entry of three, of one of two, and of two of one; one entry has a chain without positions."""
    pairs = zip(toy_dataset(), ENTRIES, strict=True)
    return Dataset("entries", [replace(one, id=name, chain=name[-1]) for one, name in pairs])


def by_hand(protein: Protein) -> np.ndarray:
    """Return the attention of chains with a linker typed in between, and cut away again."""
    ends = pairwise((0, *protein.chain_starts, len(protein)))
    parts = [protein.part(start, stop) for start, stop in ends]
    text = ("G" * LINKER).join(part.sequence for part in parts)
    kept = np.arange(len(protein)) + LINKER * protein.chain_numbers
    return attention_of(toy_model(), text)[:, :, kept][..., kept]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a run of joined chains, which tests leave as it is."""
    return extract(toy_model(), chains(), None, out=tmp_path_factory.mktemp("joined") / "run", options=OPTIONS)


def test_the_integers_are_those_of_plain_loops_over_joined_chains(run):
    joined = list(join_chains(chains()))
    assert [len(one.chain_lengths) for one in joined] == [3, 2, 1, 1]
    assert run.proteins()["id"].to_list() == ["1.A+B+C", "2.A+B", "3.A", "4.A"]
    attentions = [by_hand(one) for one in joined]
    assert list(run.manifest.properties)[:2] == ["contact", "contact:inter"]
    for counted in run.counts():
        level = run.manifest.properties[counted.name]
        same_counts(counted, count_property(counted.name, level, joined, attentions, 0.3))
    inter = run.property_counts("contact:inter")
    assert inter.hits.sum() > 0
    assert (inter.hits <= run.property_counts("contact").hits[: len(inter.hits)]).all()


def test_pairs_of_two_chains_are_a_class_of_their_own_for_controls_by_separation(run):
    joined = [one for one in join_chains(chains()) if one.cb is not None]
    between = SEPARATION_STARTS.index(max(SEPARATION_STARTS))
    for name in ("contact", "contact:inter"):
        sites = run.property_counts(name).labelled
        stratum = sites.factors["separation"]
        for row, protein in enumerate(one for one in joined if name == "contact" or one.chain_starts):
            there = sites.protein == row
            known = ~np.isnan(protein.cb).any(1)
            apart = protein.chain_numbers[:, None] != protein.chain_numbers
            expected = int((known & known[:, None] & apart).sum())
            assert sites.trials[there & (stratum == between)].sum() == expected
            if name == "contact:inter":
                assert sites.trials[there].sum() == expected
        assert sites.trials[stratum == between].sum() > 1000


def test_a_run_finds_its_joined_chains_and_its_linkers_again(run):
    assert run.manifest.model["linker"] == LINKER
    assert dataset_of(run, chains()).fingerprint() == dataset_of(run, join_chains(chains())).fingerprint()
    found = model_of(run, toy_model(), "cpu")
    assert isinstance(found, LinkedModel)
    assert (found.linker, found.info.max_residues) == (LINKER, None)
    assert model_of(run, found, "cpu") is found
    with pytest.raises(RunError, match="was made with other proteins"):
        dataset_of(run, toy_dataset())
    explorer = open_run(run, model=toy_model(), dataset=chains())
    document = explorer.document("arcs", {"protein": "1.A+B+C", "head": "1-1"})
    assert document["head"] == "1-1"


def test_a_gap_of_positions_is_told_too(tmp_path):
    bert = load_model("mini-bert", device="cpu")
    joined, gapped = join_chains(chains()), LinkedModel(bert, linker=2, most_chains=1, position_gap=30)
    run = extract(gapped, joined, ["amino_acid"], out=tmp_path / "run")
    assert (run.manifest.model["linker"], run.manifest.model["position_gap"]) == (2, 30)
    found = model_of(run, bert, "cpu")
    assert (found.linker, found.position_gap, found.info) == (2, 30, gapped.info)
    assert found.info.max_residues == 510


def test_parts_of_a_run_are_completed(tmp_path, run):
    options = replace(OPTIONS, part=(1, 2), shard_residues=40)
    half = extract(toy_model(), chains(), ["contact:inter"], out=tmp_path / "half", options=options)
    whole = retry(half, model=toy_model(), dataset=chains())
    same_counts(whole.property_counts("contact:inter"), run.property_counts("contact:inter"))
    with pytest.raises(RunError, match="linker 7 there, 8 asked for"):
        extract(toy_model(), chains(), ["contact:inter"], out=tmp_path / "half", options=replace(OPTIONS, linker=8))


def test_without_entries_of_several_chains_nothing_changes(tmp_path):
    alone = toy_dataset()
    plain = extract(toy_model(), alone, None, out=tmp_path / "plain")
    joined = extract(toy_model(), alone, None, out=tmp_path / "joined", options=OPTIONS)
    assert list(plain.manifest.properties) == list(joined.manifest.properties)
    assert plain.manifest.dataset == joined.manifest.dataset
    assert "linker" not in plain.manifest.model
    for one, other in zip(plain.counts(), joined.counts(), strict=True):
        same_counts(one, other)


def test_what_does_not_fit_with_its_linkers_stays_in_single_chains(tmp_path):
    lengths = [len(one) for one in toy_dataset()]
    room = lengths[2] + lengths[5] + LINKER
    for longest, ids in ((room, ["2.A+B"]), (room - 1, ["2.A", "2.B"])):
        model = toy_model(max_residues=longest)
        run = extract(model, chains(), ["amino_acid"], out=tmp_path / str(longest), options=OPTIONS)
        assert [name for name in run.proteins()["id"] if name[0] == "2"] == ids
        assert run.manifest.model["max_residues"] == longest


def test_contacts_between_chains_are_a_property_by_name():
    joined = join_chains(chains())
    (found,) = select_properties(joined, ["contact:inter"], contact_atom="CA")
    assert found == InterContact(atom="CA")
    assert read_definition(write_definition(found)) == found
    assert [one.name for one in select_properties(joined, ["contact"])] == ["contact", "contact:inter"]
    assert [one.name for one in select_properties(toy_dataset(), ["contact"])] == ["contact"]
    with pytest.raises(OptionError, match="linker -1; allowed: 0 or more"):
        ExtractionOptions(linker=-1)


def test_a_planted_head_is_found_between_chains_and_beyond_its_control(tmp_path, data_files):
    (dimer,) = join_chains(Dataset("protease", read_structure(data_files / "structures" / "7hvp.pdb.gz")))
    touching = InterContact().mask(dimer).holds
    place = np.arange(198) + LINKER * dimer.chain_numbers

    def attention(text):
        heads = np.full((2, len(text), len(text)), 1e-4)
        heads[0][np.ix_(place, place)] += touching
        heads[1][np.ix_(place, place)] += np.eye(198, k=99) + np.eye(198, k=-99)  # the same residue of the other chain
        return torch.from_numpy(heads / heads.sum(-1, keepdims=True)).float()[None]

    model = FakeModel(attention, layers=1, heads=2)
    found = analyze(model, Dataset("one", dimer), ["contact:inter"], out=tmp_path / "run", options=OPTIONS)
    rows = {row["head"]: row for row in found.tables.heads.iter_rows(named=True)}
    assert rows[0]["alignment"] == 1
    assert rows[1]["alignment"] < 0.2
    assert rows[0]["background"] == pytest.approx(touching.sum() / (2 * 99 * 99))


@pytest.mark.slow
def test_tables_and_null_runs_are_made_of_joined_chains(tmp_path):
    with few_proteins_suffice():
        run = extract(toy_model(), chains(), ["contact", "dssp"], out=tmp_path / "run", options=OPTIONS)
        write_tables(run, tabulate(run))
        for kind in ("rows", "sequences", "labels"):
            made = null(run, kind=kind, repeats=1, model=toy_model(), dataset=chains())
            assert set(made.tables.nulls["property"]) >= {"contact", "contact:inter"}


def test_null_weights_are_those_of_the_model_that_reads_the_linkers():
    model = LinkedModel(load_model("mini-bert", device="cpu"), linker=3, most_chains=1)
    made = null_model(model, "shuffled-weights", seed=0, name="mini-bert")
    assert isinstance(made, LinkedModel)
    assert made.linker == 3
    alone = null_model(model.inner, "shuffled-weights", seed=0, name="mini-bert")
    assert made.info == alone.info
    protein = Protein(id="two", sequence="MKTAYIAKQR", chain_starts=(4,))
    assert made.encode([protein]).tokens.tolist() == alone.encode("MKTAGGGYIAKQR").tokens.tolist()
