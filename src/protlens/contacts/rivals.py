"""Contacts that other programs predicted for the test proteins, from their RR files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float64

from protlens.contacts.labelled_chains import LabelledChain
from protlens.data.formats.casp_rr import ListedContacts, read_rr
from protlens.errors import DatasetError, explain
from protlens.typing import PathInput

_NAMED = 3


def read_rival(folder: PathInput, *, name: str) -> dict[str, ListedContacts]:
    """Return the predictions of a folder, ``*.rr`` or ``*.rr.gz``, by the protein that each is for.

    Parameters
    ----------
    folder
        Where the files lie.
    name
        What the program is called in messages.

    Raises
    ------
    DatasetError
        If there is no such file, or two are for one protein.
    FileFormatError
        If one cannot be read.
    """
    files = sorted([*Path(folder).glob("*.rr"), *Path(folder).glob("*.rr.gz")])
    if not files:
        raise DatasetError(explain(f"predictions of {name}, {folder}", found="no file that ends in .rr or .rr.gz"))
    predictions: dict[str, ListedContacts] = {}
    for file in files:
        prediction = read_rr(file)
        if prediction.target in predictions:
            raise DatasetError(explain(f"predictions of {name}", found=f"two files for {prediction.target}"))
        predictions[prediction.target] = prediction
    return predictions


def check_complete(predictions: Mapping[str, ListedContacts], wanted: Sequence[str], *, name: str) -> None:
    """Raise DatasetError where a test protein was not predicted."""
    missing = [each for each in wanted if each not in predictions]
    if missing:
        named = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
        found = f"no file for {len(missing)} of {len(wanted)} test proteins ({named})"
        hint = "predict the sequences of test.fasta, each file with its TARGET"
        raise DatasetError(explain(f"predictions of {name}", found=found, hint=hint))


def rival_scores(prediction: ListedContacts, chain: LabelledChain) -> Float64[np.ndarray, " pair"]:
    """Return the scores of all pairs of a chain; those that are not listed share one below all others.

    Raises
    ------
    DatasetError
        If the prediction is for another sequence, or lists a residue that the chain does not have.
    """
    asked, sequence = f"prediction for {chain.protein.id}", chain.protein.sequence
    if prediction.sequence and prediction.sequence != sequence:
        found = f"a sequence of {len(prediction.sequence)} residues"
        raise DatasetError(explain(asked, found=found, allowed=f"that of the dataset, {len(sequence)} residues"))
    if len(prediction.pairs) and prediction.pairs.max() >= len(sequence):
        raise DatasetError(
            explain(asked, found=f"residue {prediction.pairs.max() + 1}", allowed=f"1 to {len(sequence)}")
        )
    lowest = float(prediction.probabilities.min(initial=0.0)) - 1
    dense = np.full((len(sequence), len(sequence)), lowest)
    dense[prediction.pairs[:, 0], prediction.pairs[:, 1]] = prediction.probabilities
    return np.asarray(dense[chain.pairs.first, chain.pairs.second])


def rate_rival(predictions: Mapping[str, ListedContacts], chains: Sequence[LabelledChain]) -> pl.DataFrame:
    """Return the precision of predictions on test chains: ``protein, range, k, pairs, contacts, taken, precision``."""
    parts = []
    for chain in chains:
        rated = chain.precision(rival_scores(predictions[chain.protein.id], chain)[None]).drop("score")
        parts.append(rated.select(pl.lit(chain.protein.id).alias("protein"), pl.all()))
    return pl.concat(parts)
