"""The kinds of nulls: what each makes random."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from protlens.properties.mask import Property
from protlens.properties.residue import AminoAcid, TrackProperty
from protlens.registry import unknown_name

NullKind: TypeAlias = Literal["weights", "shuffled-weights", "rows", "sequences", "neighbours", "labels", "positions"]


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What is known of one kind.

    Parameters
    ----------
    words
        What was done, as it stands behind the name of the model or the dataset.
    part
        What is changed.
    about
        What that leaves, in a sentence.
    input_counts
        Whether it is a null of properties that the model reads off its own input, as the amino acid.
    """

    words: str
    part: Literal["model", "dataset"]
    about: str
    input_counts: bool = False

    def name(self, name: str, seed: int) -> str:
        """Return what a model or dataset is called after it was changed."""
        return f"{name}, {self.words} (seed {seed})"


KINDS: Mapping[NullKind, KindFacts] = {
    "weights": KindFacts(
        "weights drawn anew",
        "model",
        "The same architecture before any training: its weights as transformers draws them.",
        input_counts=True,
    ),
    "shuffled-weights": KindFacts(
        "weights shuffled",
        "model",
        "Each tensor of the model keeps its values, in another order: the spread of training without what was learned.",
        input_counts=True,
    ),
    "rows": KindFacts(
        "rows shuffled",
        "model",
        "Each residue gives away the same attention weights, to other residues that it could attend to.",
        input_counts=True,
    ),
    "sequences": KindFacts(
        "sequences shuffled",
        "dataset",
        "The model reads the same amino acids in another order; labels and coordinates stay where they were.",
    ),
    "neighbours": KindFacts(
        "sequences shuffled, neighbours kept",
        "dataset",
        "As sequences, but each amino acid is followed by each other as often as before.",
    ),
    "labels": KindFacts(
        "labels permuted",
        "dataset",
        "The runs of like labels of each protein stand in another order; coordinates are shifted along the chain.",
    ),
    "positions": KindFacts(
        "labels and coordinates shifted",
        "dataset",
        "All labels and coordinates of a protein are shifted along its chain by one random distance.",
    ),
}


def check_kind(kind: str) -> None:
    """Raise UnknownNameError if there is no kind of that name."""
    if kind not in KINDS:
        raise unknown_name("kind of null", kind, list(KINDS))


def is_of_input(prop: Property, reads: str | None) -> bool:
    """Whether a property says what the model is given to read: the amino acid, or a track that it reads beside it.

    Where sequences are shuffled such a property stays true of them, and where labels are permuted it stays as it was:
    neither is a null of it.

    Parameters
    ----------
    prop
        The property.
    reads
        The track that the model reads beside the sequence, or None.
    """
    return isinstance(prop, AminoAcid) or (isinstance(prop, TrackProperty) and prop.track == reads)
