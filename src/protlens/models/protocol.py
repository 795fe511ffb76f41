"""What protlens asks of a model: one narrow verb.

An adapter alone knows which tokens are special, how a sequence is written and how long an input may be. What leaves
it is attention between residues.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from protlens.data.protein import Protein
from protlens.reach import EVERYWHERE, Reach

LayerAttention: TypeAlias = Float[Tensor, "batch head query key"]
"""Softmax attention between residues of one layer, or of a block of its queries, zero in padded rows and columns.

``float32``. Special tokens are cut away and rows are not renormalised: one minus a row's sum is what the residue gives
to them. All keys are there, so a row is whole.
"""


@runtime_checkable
class Visitor(Protocol):
    """Called with the zero-based layer, some queries' attention, and the place of the first of them in their chains.

    The blocks of a layer come one after the other, and together hold each query once; the last one ends with the last
    residue of the longest chain. A model may show a layer as one block, which begins at 0. The tensor is only valid
    during the call.

    Examples
    --------
    >>> given = {}
    >>> def add_up(layer, weights, first=0):
    ...     given[layer] = given.get(layer, 0) + weights.sum(2)
    >>> model = protlens.load_model("mini-bert")
    >>> model.attend(model.encode("MKTAYI"), add_up)
    >>> tuple(given[0].shape)
    (1, 8, 6)
    """

    def __call__(self, layer: int, weights: LayerAttention, first: int = 0, /) -> object:
        """Look at a block."""


def ignore(layer: int, weights: LayerAttention, first: int = 0, /) -> None:
    """Look at nothing."""


def is_last(weights: LayerAttention, first: int) -> bool:
    """Whether a block of a layer is the last."""
    return first + weights.shape[2] == weights.shape[3]


def whole_layers(visit: Callable[[int, LayerAttention], object]) -> Visitor:
    """Return a visitor that puts blocks together and hands on whole layers, for what needs all pairs at once.

    Parameters
    ----------
    visit
        Called with the zero-based layer and its attention, whose memory grows with the square of the length; the tensor
        is only valid during the call.

    Examples
    --------
    >>> from protlens.models import whole_layers
    >>> model, shapes = protlens.load_model("mini-bert"), []
    >>> model.attend(model.encode(["MKTAYI", "MK"]), whole_layers(lambda layer, weights: shapes.append(weights.shape)))
    >>> [tuple(shape) for shape in shapes[:2]]
    [(2, 8, 6, 6), (2, 8, 6, 6)]
    """
    kept: list[Tensor] = []

    def put_together(layer: int, weights: LayerAttention, first: int = 0, /) -> None:
        if first == 0 and is_last(weights, first):
            visit(layer, weights)
            return
        batch, heads, _, residues = weights.shape
        if not kept:
            kept.append(weights.new_empty((batch, heads, residues, residues)))
        kept[0][:, :, first : first + weights.shape[2]] = weights
        if is_last(weights, first):
            visit(layer, kept[0])

    return put_together


LayerStates: TypeAlias = Float[Tensor, "batch residue channel"]
"""Hidden states of the residues, ``float32``, zero in padded rows; special tokens are cut away."""

StateVisitor: TypeAlias = Callable[[int, LayerStates], None]
"""Called with 0 and the input embeddings, then with l and what leaves layer l, layers counted from one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences written as tokens.

    Parameters
    ----------
    tokens
        Token ids, padded at the end, ``int64 [batch, token]``.
    mask
        True where a token is not padding, ``bool [batch, token]``.
    lengths
        Residues of each sequence.
    positions
        The place at which the model is to see each token, for one that takes them, ``int64 [batch, token]``; None for
        one after the other.
    """

    tokens: Int[Tensor, "batch token"]
    mask: Bool[Tensor, "batch token"]
    lengths: tuple[int, ...]
    positions: Int[Tensor, "batch token"] | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What identifies a loaded model, as it stands in a run's manifest.

    Parameters
    ----------
    name
        As the user gave it: a catalog name, a hub name, or the folder's name.
    family
        The adapter: ``bert``, ``albert``, ``xlnet``, ``esm``, ``t5``, ``tape``.
    layers, heads
        Layers (for ALBERT: iterations) and heads of each.
    max_residues
        The longest chain an input holds, or None if there is no limit.
    revision
        The hub's commit, ``local`` for a folder, ``bundled`` for what comes with protlens.
    sha256
        Digest of the weight files, in the order of their names.
    settings_sha256
        Digest of the configuration and the tokenizer's files; empty where a result does not tell it.
    """

    name: str
    family: str
    layers: int
    heads: int
    max_residues: int | None
    revision: str
    sha256: str
    settings_sha256: str = ""


@runtime_checkable
class AttentionModel(Protocol):
    """A model that shows its attention, one layer at a time.

    One whose residues do not attend to all has ``reach`` too, a :class:`~protlens.reach.Reach` for each layer.

    Examples
    --------
    >>> isinstance(protlens.load_model("mini-bert"), protlens.AttentionModel)
    True
    """

    @property
    def info(self) -> ModelInfo:
        """What identifies this model."""

    @property
    def device(self) -> torch.device:
        """Where batches and attention live."""

    @property
    def dtype(self) -> str:
        """What it computes in, ``float32`` or ``bfloat16``; attention is handed out as float32."""

    def encode(self, sequences: str | Sequence[str]) -> Batch:
        """Write sequences, or a single one, as tokens on the model's device; unknown letters become its unknown.

        Raises
        ------
        ModelError
            If a sequence is longer than ``info.max_residues``.
        """

    def attend(self, batch: Batch, visit: Visitor) -> None:
        """Run the model once and call ``visit`` for each layer in order, with one block of a layer alive at a time."""


@runtime_checkable
class EmbeddingModel(AttentionModel, Protocol):
    """A model that shows its hidden states too, one layer at a time."""

    def hidden_states(self, batch: Batch, visit: StateVisitor) -> None:
        """Run the model once and call ``visit`` for the input embeddings and for what leaves each layer, in order."""


def reach_by_layer(model: AttentionModel) -> tuple[Reach, ...]:
    """Return how far each layer of a model attends: its ``reach``, or everywhere if it has none."""
    reach: Sequence[Reach] | None = getattr(model, "reach", None)
    return tuple(reach or [EVERYWHERE] * model.info.layers)


def encode_proteins(model: AttentionModel, proteins: Sequence[str | Protein]) -> Batch:
    """Write proteins as tokens: whole to a model that ``reads`` a track beside the sequence, else their sequences."""
    if getattr(model, "reads", None) is None:
        return model.encode([one if isinstance(one, str) else one.sequence for one in proteins])
    return model.encode(proteins)  # type: ignore[arg-type]
