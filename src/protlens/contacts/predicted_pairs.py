"""The pairs of a protein that are most probably in contact, as a table."""

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64

from protlens.data.protein import Protein
from protlens.pairs.residue_pairs import ResiduePairs
from protlens.typing import Coordinates

PAIR_COLUMNS = {
    "protein": pl.String,
    "first": pl.Int64,
    "second": pl.Int64,
    "first_residue": pl.String,
    "second_residue": pl.String,
    "separation": pl.Int64,
    "probability": pl.Float64,
    "distance": pl.Float64,
}
"""Columns of :func:`pair_table`."""


def most_probable(probabilities: Float64[np.ndarray, " pair"], most: int) -> Bool[np.ndarray, " pair"]:
    """Return which pairs are the most probable so many; those that tie with the next one are left out.

    So a regression without weights, which gives all pairs one probability, names none.
    """
    if len(probabilities) <= most:
        return np.ones(len(probabilities), np.bool_)
    return np.asarray(probabilities > np.partition(probabilities, -most - 1)[-most - 1])


def pair_table(
    protein: Protein, pairs: ResiduePairs, probabilities: Float64[np.ndarray, " pair"], points: Coordinates | None
) -> pl.DataFrame:
    """Return some pairs of a protein, the most probable first.

    Parameters
    ----------
    protein
        Whose residues they are.
    pairs, probabilities
        Positions, and probabilities of contact.
    points
        Between which distances are measured, in angstrom; None if the structure is not known.

    Returns
    -------
    polars.DataFrame
        ``protein, first, second, first_residue, second_residue, separation, probability, distance``: positions from
        zero; residues as ``K48``, by the author's number where there is one, behind the chain's name where there are
        several; ``separation`` is null between two chains, ``distance`` where a residue is not resolved.
    """
    order = np.argsort(-probabilities, kind="stable")
    chosen, labels = pairs.take(order), np.array(residue_labels(protein), dtype=object)
    between = np.zeros(len(chosen), np.bool_) if chosen.between is None else chosen.between
    nowhere = np.full((len(protein), 3), np.nan, np.float32)
    places = (nowhere if points is None else points).astype(np.float64)
    distance = np.linalg.norm(places[chosen.first] - places[chosen.second], axis=1)
    columns = {
        "protein": [protein.id] * len(chosen),
        "first": chosen.first,
        "second": chosen.second,
        "first_residue": labels[chosen.first].tolist(),
        "second_residue": labels[chosen.second].tolist(),
        "separation": pl.Series(chosen.separations).set(pl.Series(between), None),
        "probability": probabilities[order],
        "distance": distance,
    }
    return pl.DataFrame(columns, schema=PAIR_COLUMNS, nan_to_null=True)


def residue_labels(protein: Protein) -> list[str]:
    """Return each residue as ``K48``: by the author's number, or counted from one; ``A:K48`` where there are chains."""
    names = protein.chain.split("+")
    named = protein.chain_starts and len(names) == len(protein.chain_starts) + 1
    chains = [f"{names[number]}:" for number in protein.chain_numbers.tolist()] if named else [""] * len(protein)
    numbers = protein.residue_numbers or [""] * len(protein)
    return [
        f"{chain}{letter}{number or place}"
        for place, (chain, letter, number) in enumerate(zip(chains, protein.sequence, numbers, strict=True), start=1)
    ]
