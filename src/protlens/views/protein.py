"""The document of one protein."""

from protlens.views.documents import ProteinDocument
from protlens.views.facts import Facts
from protlens.views.numbers import points


def protein_document(facts: Facts, *, asym: str) -> ProteinDocument:
    """Return a protein with what the run's properties say about it.

    Parameters
    ----------
    facts
        Of the protein.
    asym
        What its chain is called in the scene; empty where there is none.
    """
    protein = facts.shown.protein
    holding = {name: facts.holding(name) for name in facts.pairs}
    return {
        "id": protein.id,
        "chain": protein.chain,
        "sequence": protein.sequence,
        "analysed": facts.shown.analysed,
        "numbers": list(protein.residue_numbers),
        "tracks": dict(protein.tracks),
        "masks": dict(facts.masks),
        "pairs": {name: {"query": query, "key": key} for name, (query, key) in holding.items()},
        "annotations": [
            {"track": note.track, "name": note.name, "residues": list(note.residues)} for note in protein.annotations
        ],
        "points": None if protein.ca is None else points(protein.ca),
        "asym": asym,
        "group": list(facts.shown.group),
    }
