"""Precision of contact predictions among the highest-scored pairs of a chain.

The number of pairs is L, L/2 or L/5, where L is the number of residues that were scored: all those the model read,
resolved or not. Of pairs of two chains L is the number of residues of the shortest chain, as in work on dimers it is
that of a monomer (Guo, Liu, Chen and Cheng, Nature Communications 13 (2022) 6963, doi 10.1038/s41467-022-34600-2).
Each unordered pair counts once. Pairs of equal score at the end of the list are neither the better nor the worse ones:
the precision is the mean over all orders in which they could stand.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Float64, Int64

from protlens.pairs.residue_pairs import DIVISORS, INTER, INTER_RANGE, RANGES, SeparationRange, pairs_at

SCHEMA = {
    "range": pl.String,
    "k": pl.String,
    "score": pl.Int64,
    "pairs": pl.Int64,
    "contacts": pl.Int64,
    "taken": pl.Int64,
    "precision": pl.Float64,
}
"""Columns of a table of precisions (see :func:`pair_precision`)."""


def expected_hits(
    scores: Float[np.ndarray, "score pair"], contacts: Bool[np.ndarray, " pair"], counts: Sequence[int]
) -> Float64[np.ndarray, "count score"]:
    """Return how many of the highest-scored pairs are contacts, the mean over all orders of pairs of equal score.

    With n pairs to take, a of them above the n-th score and m pairs at it, of which c are contacts, the last ``n - a``
    are drawn without preference from m: their expectation is ``(n - a) c / m``.

    Parameters
    ----------
    scores
        One row for each way of scoring; higher means more likely in contact. Must be finite.
    contacts
        Which pairs touch.
    counts
        How many pairs to take, each from 1 to the number of pairs.

    Raises
    ------
    ValueError
        If a score is not finite.
    """
    if not np.isfinite(scores).all():
        raise ValueError("scores of residue pairs must be finite")
    most, pairs = max(counts), scores.shape[1]
    best = np.argpartition(scores, pairs - most, axis=1)[:, pairs - most :]
    values = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    values, touching = np.take_along_axis(values, order, axis=1), contacts[np.take_along_axis(best, order, axis=1)]
    lowest = values[:, -1, None]
    tied_everywhere = np.stack([(scores == lowest).sum(axis=1), ((scores == lowest) & contacts).sum(axis=1)])
    hits = np.empty((len(counts), len(scores)))
    for row, count in enumerate(counts):
        last = values[:, count - 1, None]
        above, tied = values > last, values == last
        # Only pairs that tie with the lowest that was kept may lie outside of what was kept.
        among = np.stack([tied.sum(axis=1), (tied & touching).sum(axis=1)])
        level, found = np.where(last[:, 0] == lowest[:, 0], tied_everywhere, among)
        hits[row] = (above & touching).sum(axis=1) + (count - above.sum(axis=1)) * found / level
    return hits


def pair_precision(
    scores: Float[np.ndarray, "score pair"],
    contacts: Bool[np.ndarray, " pair"],
    separations: Int64[np.ndarray, " pair"],
    *,
    length: int,
    ranges: Mapping[str, SeparationRange] = RANGES,
    divisors: Mapping[str, int] = DIVISORS,
    chain_starts: Sequence[int] = (),
) -> pl.DataFrame:
    """Return the precision among the highest-scored of the given pairs, by range and number of pairs.

    Parameters
    ----------
    scores
        One row for each way of scoring (a head, a layer, a probe); higher means more likely in contact.
    contacts, separations
        Which pairs touch, and their ``|i-j|``, ``APART`` for two chains. Only pairs of which it is known may be given.
    length
        L, the number of residues of the chain.
    ranges, divisors
        Bands of ``|i-j|`` by name, and how many pairs are taken: ``max(1, length // divisor)`` of each band.
    chain_starts
        Where a further chain begins; if any does, the range ``inter`` follows, L being the shortest chain's length.

    Returns
    -------
    polars.DataFrame
        ``range, k, score, pairs, contacts, taken, precision``: the row of ``scores``, the known pairs in the band,
        those in contact, how many were taken, and the share of these in contact. If the band has fewer known pairs
        than asked for, all are taken; if it has none the precision is null.

    Raises
    ------
    ValueError
        If a score is not finite.
    """
    shortest = int(np.diff([0, *chain_starts, length]).min())
    bands = [(name, band, length) for name, band in ranges.items()]
    bands += [(INTER, INTER_RANGE, shortest)] if chain_starts else []
    rows, hits = [], []
    for name, band, residues in bands:
        inside = band.holds(separations)
        known, touching = int(inside.sum()), int(contacts[inside].sum())
        taken = [min(max(1, residues // divisor), known) for divisor in divisors.values()]
        rows += [(name, k, known, touching, count) for k, count in zip(divisors, taken, strict=True)]
        hits.append(expected_hits(scores[:, inside], contacts[inside], taken) if known else np.zeros((len(taken), 1)))
    found = np.concatenate([np.broadcast_to(some, (len(some), len(scores))) for some in hits])
    names = ("range", "k", "pairs", "contacts", "taken")
    cells = pl.DataFrame(rows, schema={name: SCHEMA[name] for name in names}, orient="row")
    numbered = pl.DataFrame({"score": np.tile(np.arange(len(scores)), len(rows)), "found": found.ravel()})
    repeated = cells.select(pl.all().repeat_by(len(scores)).explode())
    share = pl.when(pl.col("taken") > 0).then(pl.col("found") / pl.col("taken")).alias("precision")
    return pl.concat([repeated, numbered], how="horizontal").with_columns(share).select(*SCHEMA)


def contact_precision(
    scores: Float[np.ndarray, "residue residue"],
    contacts: Bool[np.ndarray, "residue residue"],
    known: Bool[np.ndarray, "residue residue"],
    *,
    ranges: Mapping[str, SeparationRange] = RANGES,
    divisors: Mapping[str, int] = DIVISORS,
    both_directions: bool = False,
    chain_starts: Sequence[int] = (),
) -> pl.DataFrame:
    """Return the precision among the highest-scored residue pairs of one chain.

    Parameters
    ----------
    scores
        Higher means more likely in contact; symmetrise it first unless both directions count.
    contacts, known
        Which pairs touch, and of which that is known; both symmetric.
    ranges, divisors, chain_starts
        See :func:`pair_precision`.
    both_directions
        Count (i, j) and (j, i) as two pairs, each with a score of its own, as the published probes do; the number of
        pairs that are taken stays the same.

    Raises
    ------
    ValueError
        If the score of a known pair is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> touch = protlens.Contact().mask(protlens.load_dataset("pdb-mini")[0])
    >>> table = protlens.contact_precision(touch.holds.astype(float), touch.holds, touch.known)
    >>> table.filter(range="all", k="L/5")["precision"].item()
    1.0
    """
    counted = known & ~np.eye(len(known), dtype=np.bool_)
    first, second = np.nonzero(counted if both_directions else np.triu(counted))
    return pair_precision(
        scores[None, first, second],
        contacts[first, second],
        pairs_at(first, second, chain_starts=chain_starts).separations,
        length=len(scores),
        ranges=ranges,
        divisors=divisors,
        chain_starts=chain_starts,
    ).drop("score")
