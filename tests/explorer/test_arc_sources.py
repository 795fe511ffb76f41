import pytest

from protlens.errors import RunError
from protlens.explorer.arc_sources import RunArcs
from protlens.explorer.library import Library, LibraryProtein, RunProteins
from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.selection import select_properties
from toy import toy_dataset, toy_model

DATA = toy_dataset()


def shown(key):
    return LibraryProtein(key, DATA[0], 30, ("toy0",))


def test_kept_arcs_are_shown_from_their_floor_on(run):
    source = RunArcs(run, reason="model 'x' is not on this machine")
    assert (source.floor, source.note, source.residues) == (0.2, None, None)
    assert source.arcs(shown(0)).weight.tolist() == run.protein_arcs(0).weight.tolist()
    assert source.arcs(shown(0)) is source.arcs(shown(0)), "its heads are asked for one by one, its arcs read once"


def test_a_protein_that_is_not_of_the_run_has_none(run):
    with pytest.raises(RunError, match=r"^arcs of protein 'toy0': the run kept none of it, and model 'x' is not here$"):
        RunArcs(run, reason="model 'x' is not here").arcs(shown(-1))


def test_a_run_that_kept_none_says_why(tmp_path):
    run = extract(toy_model(), DATA, select_properties(DATA, ["contact"]), out=tmp_path / "run")
    source = RunArcs(run, reason="model 'x' is not here")
    note = "Arcs cannot be shown: model 'x' is not here, and the run kept none."
    assert (source.floor, source.note) == (0.3, note)
    with pytest.raises(RunError) as caught:
        source.arcs(shown(0))
    assert str(caught.value) == note


def test_a_run_that_kept_the_arcs_of_some_proteins_lists_these_and_says_so_of_the_others(tmp_path):
    options = ExtractionOptions(keep_arcs=0.2, arcs_of=("toy3", "toy1"))
    run = extract(toy_model(), toy_dataset(), "contact", out=tmp_path / "few", options=options)
    source = RunArcs(run, reason="model 'x' is not here")
    shelf = Library(RunProteins(run, toy_dataset(), source.only))
    assert [entry["id"] for entry in shelf.entries()] == ["toy1", "toy3"]
    assert len(source.arcs(shelf["toy3"]).weight) == run.arcs().filter(protein=3).height > 0
    with pytest.raises(RunError, match=r"'toy2': the run kept those of 2 other proteins, and model 'x' is not here"):
        source.arcs(shelf["toy2"])
