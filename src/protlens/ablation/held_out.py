"""The proteins that an ablation is measured on, and the contact regression that was learned on others."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from protlens.ablation.ablation_options import AblationOptions
from protlens.ablation.masked_loss import mask_places
from protlens.contacts.contact_split import split_contacts, unseen_split
from protlens.contacts.labelled_chains import LabelledChain, LabelledChains
from protlens.contacts.regression import INVERSE_PENALTY, ContactRegression, fit_regression
from protlens.contacts.regression_file import TrainingRecord, load_regression
from protlens.contacts.training_chains import read_training_chain
from protlens.contacts.training_pairs import join_pairs
from protlens.data.dataset import Dataset
from protlens.data.protein import Protein
from protlens.data.splits import cluster_of
from protlens.extraction.plan import cut_length, draw_positions
from protlens.models.encoder import EncoderModel
from protlens.properties.pair import Contact

NO_CONTACTS = "no protein of the dataset has known contacts"


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What an ablation is measured on.

    Parameters
    ----------
    proteins
        Cut to what the model reads.
    clusters
        The cluster of each.
    chains
        The same proteins with their contacts; empty if contacts are not measured.
    places
        Which residues of each are masked in each pass.
    train
        Positions in the dataset of the proteins to learn the contact regression on; empty if none is to be learned.
    saved
        The contact regression that was given, and what it was fitted on.
    without_contacts
        Why contacts are not measured; an empty text if they are.
    """

    proteins: tuple[Protein, ...]
    clusters: tuple[str, ...]
    chains: tuple[LabelledChain, ...]
    places: tuple[Bool[np.ndarray, "_pass _residue"], ...]
    train: tuple[int, ...] = ()
    saved: tuple[ContactRegression, TrainingRecord] | None = None
    without_contacts: str = ""


def hold_out(dataset: Dataset, model: EncoderModel, options: AblationOptions) -> HeldOut:
    """Choose the proteins to measure on, none of which shares a cluster with one that the regression learns from.

    Raises
    ------
    DatasetError
        If too few proteins of known structure are left for training, or none for the test.
    FileFormatError, ModelError
        If the saved regression cannot be used with this model.
    """
    length = cut_length(options.max_length, model.info.max_residues)
    saved = None if options.regression is None else load_regression(options.regression, model=model.info)
    wanted = saved is not None or options.train > 0
    labelled = LabelledChains(dataset, _contact(options), max_length=length) if wanted else None
    if labelled is None or not labelled.clusters:
        chosen = draw_positions(len(dataset), limit=options.proteins, seed=options.seed)
        proteins = tuple(dataset[int(position)].cut(length) for position in chosen)
        reason = NO_CONTACTS if wanted else "they were not asked for"
        return _held_out(proteins, (), options, without_contacts=reason)
    if saved is not None:
        seen = {*saved[1].proteins, *saved[1].clusters}
        split = unseen_split(labelled.ids, labelled.clusters, seen=seen, most_tests=options.proteins, seed=options.seed)
    else:
        positions = list(labelled.clusters)
        proteins = tuple(dataset.take(positions))
        split = split_contacts(
            proteins, positions, train=options.train, draws=1, most_tests=options.proteins, seed=options.seed
        )
    chains = tuple(labelled[position] for position in split.test)
    train = split.draws[0] if split.draws else ()
    return _held_out(tuple(chain.protein for chain in chains), chains, options, train=train, saved=saved)


def learn_regression(
    dataset: Dataset, model: EncoderModel, held_out: HeldOut, options: AblationOptions
) -> tuple[ContactRegression, TrainingRecord]:
    """Fit the contact regression on the training proteins, and say what it was fitted on."""
    length = cut_length(options.max_length, model.info.max_residues)
    proteins = dataset.take(held_out.train)
    chains = LabelledChains(proteins, _contact(options), max_length=length)
    read = [
        read_training_chain(model, chains[position], most_pairs=options.most_pairs, seed=options.seed)
        for position in range(len(proteins))
    ]
    regression = fit_regression(join_pairs([chain.pairs for chain in read]), seed=options.seed)
    kept = ("most_pairs", "contact_atom", "seed")
    record = TrainingRecord(
        dataset=dataset.name,
        fingerprint=dataset.fingerprint(),
        proteins=tuple(proteins.ids),
        clusters=tuple(cluster_of(protein) for protein in proteins),
        settings={name: getattr(options, name) for name in kept}
        | {"max_length": length, "inverse_penalty": INVERSE_PENALTY},
    )
    return regression, record


def _contact(options: AblationOptions) -> Contact:
    return Contact(atom=options.contact_atom)


def _held_out(
    proteins: tuple[Protein, ...],
    chains: tuple[LabelledChain, ...],
    options: AblationOptions,
    *,
    train: tuple[int, ...] = (),
    saved: tuple[ContactRegression, TrainingRecord] | None = None,
    without_contacts: str = "",
) -> HeldOut:
    places = tuple(
        mask_places(protein.sequence, share=options.share, passes=options.passes, seed=options.seed)
        for protein in proteins
    )
    clusters = tuple(map(cluster_of, proteins))
    return HeldOut(proteins, clusters, chains, places, train, saved, without_contacts)
