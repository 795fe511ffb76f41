"""Which proteins a regression was fitted on, so that its precision on them would say nothing."""

from itertools import pairwise

from protlens.contacts.regression_file import TrainingRecord
from protlens.data.catalog import DATASETS
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.relatives import relative_search
from protlens.data.splits import cluster_of


def trained_on(record: TrainingRecord, proteins: Dataset) -> frozenset[str]:
    """Return the ids of proteins that a regression was fitted on, and of relatives of these.

    A protein is one of them by its id, by the name of its cluster, or by the sequence of one of its chains, which is
    compared with the training proteins if these are of a dataset of the catalog; see
    :func:`~protlens.data.relatives.relative_search` for what counts as a relative. Only proteins of known structure are
    looked at.
    """
    seen = {*record.proteins, *record.clusters}
    known = [protein for protein in proteins if protein.ca is not None]
    own = [(protein.id, chain) for protein in known for chain in _chains(protein)]
    theirs = _training_sequences(record) if own else []
    families = relative_search().families([*theirs, *(chain for _, chain in own)]) if theirs else []
    familiar = set(families[: len(theirs)])
    alike = {name for (name, _), family in zip(own, families[len(theirs) :], strict=bool(theirs)) if family in familiar}
    return frozenset(alike | {one.id for one in known if one.id in seen or cluster_of(one) in seen})


def _chains(protein: Protein) -> list[str]:
    ends = pairwise((0, *protein.chain_starts, len(protein)))
    return [protein.sequence[start:stop] for start, stop in ends]


def _training_sequences(record: TrainingRecord) -> list[str]:
    """Return the sequences that were trained on, or none if they are not at hand."""
    if record.dataset not in DATASETS:
        return []
    dataset = DATASETS[record.dataset].load()
    if dataset.fingerprint() != record.fingerprint:
        return []
    names = set(record.proteins)
    return [sequence for name, sequence in zip(dataset.ids, dataset.sequences, strict=True) if name in names]
