import numpy as np
import pytest

from protlens.data.protein import Annotation, Protein
from protlens.properties.pair import Contact
from protlens.views.facts import RunProperty, find_facts
from protlens.views.protein import protein_document
from protlens.views.shelf_protein import ShelfProtein
from toy import toy_dataset

CONTACT = [RunProperty("contact", "pair", Contact())]


def document(protein, **shown):
    options = {"key": 0, "protein": protein, "analysed": len(protein), "group": (protein.id,)} | shown
    return protein_document(find_facts(ShelfProtein(**options), CONTACT), asym="B")


@pytest.mark.parametrize("protein", toy_dataset(), ids=lambda protein: protein.id)
def test_a_document_holds_the_protein(protein):
    found = document(protein)
    assert (found["id"], found["sequence"], found["chain"]) == (protein.id, protein.sequence, protein.chain)
    assert found["tracks"] == dict(protein.tracks)
    assert (found["points"] is None) == (protein.ca is None)
    if protein.ca is not None:
        for place, exact in zip(found["points"], protein.ca, strict=True):
            assert place is None if np.isnan(exact).any() else place == pytest.approx(exact.tolist(), abs=0.0051)
    holds = Contact().mask(protein)
    pairs = set() if holds is None else {(int(i), int(j)) for i, j in np.argwhere(holds.holds)}
    assert set(zip(found["pairs"]["contact"]["query"], found["pairs"]["contact"]["key"], strict=True)) == pairs


def test_numbers_annotations_and_group_are_kept():
    notes = (Annotation("binding_site:metal", "ZN <b>'", (0, 2)),)
    protein = Protein(
        id="x" * 10_000, sequence="ACD", residue_numbers=("-1", "148A", ""), chain="AA", annotations=notes
    )
    found = document(protein, analysed=2, group=("x" * 10_000, "other"))
    assert found["numbers"] == ["-1", "148A", ""]
    assert found["annotations"] == [{"track": "binding_site:metal", "name": "ZN <b>'", "residues": [0, 2]}]
    assert (found["chain"], found["analysed"], found["asym"]) == ("AA", 2, "B")
    assert found["group"] == ["x" * 10_000, "other"]
    assert found["numbers"] != document(Protein(id="y", sequence="ACD"))["numbers"] == []
