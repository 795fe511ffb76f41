"""The published counting, written as plainly as possible: one pair at a time."""

import numpy as np
import torch

from protlens.data.protein import AMBIGUOUS, AMINO_ACIDS, Protein
from protlens.models.protocol import AttentionModel, whole_layers
from protlens.runs.counts import PropertyCounts

FOUR_STATES = {
    **dict.fromkeys("HGI", "helix"),
    **dict.fromkeys("EB", "strand"),
    **dict.fromkeys("ST", "turn"),
    "C": "other",
}


def attention_of(model: AttentionModel, sequence: str) -> np.ndarray:
    """Return the attention of one protein alone, ``float32 [layer, head, query, key]``."""
    layers = []
    with torch.inference_mode():
        model.attend(
            model.encode([sequence]), whole_layers(lambda layer, weights: layers.append(weights[0].clone().numpy()))
        )
    return np.stack(layers)


def value(name: str, protein: Protein, i: int, j: int) -> bool | None:
    """Return whether a property holds for the pair (query i, key j), None where that is not known."""
    family, _, kind = name.partition(":")
    if family == "contact":
        distance = float(np.sqrt(np.sum((protein.cb[i].astype(float) - protein.cb[j].astype(float)) ** 2)))
        between = len({sum(place >= start for start in protein.chain_starts) for place in (i, j)}) == 2
        if np.isnan(distance) or (not between and (kind == "inter" or abs(i - j) < 6)):
            return None
        return distance < 8.0
    if family == "amino_acid":
        return None if protein.sequence[j] in AMBIGUOUS else protein.sequence[j] == kind
    if family == "secondary_structure":
        state = protein.tracks["dssp"][j]
        return None if state == "?" else FOUR_STATES[state] == kind
    symbol = protein.tracks[name][j]
    return None if symbol == "?" else symbol == "1"


def has_labels(name: str, protein: Protein) -> bool:
    """Return whether a protein carries labels for a property."""
    family, _, kind = name.partition(":")
    if family == "contact":
        return protein.cb is not None and (kind != "inter" or bool(protein.chain_starts))
    if family == "amino_acid":
        return True
    return ("dssp" if family == "secondary_structure" else name) in protein.tracks


def count_property(
    name: str, level: str, proteins: list[Protein], attentions: list[np.ndarray], threshold: float
) -> PropertyCounts:
    """Count one property over proteins, pair by pair."""
    names = ("arcs", "eligible", "hits", "residues", "pairs", "positive", "sites", "psites")
    columns: dict[str, list] = {key: [] for key in names}
    for protein, attention in zip(proteins, attentions, strict=True):
        if not has_labels(name, protein):
            continue
        layers, heads, length, _ = attention.shape
        sums = {key: np.zeros((layers, heads), np.int64) for key in ("arcs", "eligible", "hits", "residues")}
        attended = np.zeros((layers, heads, length), bool)
        pairs = positive = 0
        for i in range(length):
            for j in range(length):
                known = value(name, protein, i, j)
                pairs += known is not None
                positive += known is True
                above = attention[:, :, i, j] >= np.float32(threshold)
                sums["arcs"] += above
                if known is not None:
                    sums["eligible"] += above
                    attended[:, :, j] |= above
                if known is True:
                    sums["hits"] += above
        sums["residues"] += attended.sum(2)
        for key, counted in sums.items():
            columns[key].append(counted)
        columns["pairs"].append(pairs)
        columns["positive"].append(positive)
        sites = [value(name, protein, 0, j) for j in range(length)] if level == "residue" else None
        columns["sites"].append(pairs if sites is None else sum(known is not None for known in sites))
        columns["psites"].append(positive if sites is None else sum(known is True for known in sites))
    arrays = {key: np.array(rows, np.int64) for key, rows in columns.items()}
    return PropertyCounts(
        name,
        level,
        arcs=arrays["arcs"],
        eligible=arrays["eligible"],
        hits=arrays["hits"],
        pairs=arrays["pairs"],
        positive_pairs=arrays["positive"],
        sites=arrays["sites"],
        positive_sites=arrays["psites"],
        residues=arrays["residues"],
    )


def same_counts(found: PropertyCounts, expected: PropertyCounts) -> None:
    """Assert that two sums are the same integers."""
    for name in ("arcs", "eligible", "hits", "pairs", "positive_pairs", "sites", "positive_sites"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=f"{found.name} {name}")
    if found.residues is not None:
        np.testing.assert_array_equal(found.residues, expected.residues, err_msg=f"{found.name} residues")


__all__ = ["AMINO_ACIDS", "attention_of", "count_property", "same_counts"]
