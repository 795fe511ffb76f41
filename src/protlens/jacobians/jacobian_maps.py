"""One score of each residue pair, from how a model's answers change with the sequence.

The positions of a chain are substituted in blocks. Each block is reduced before the next is begun, and what is left of
it lies on disk, so that memory holds a block of at most 32 MiB two or three times, and the map.

References
----------
Zhang et al., "Protein language models learn evolutionary statistics of interacting sequence motifs", PNAS 121 (2024)
e2406285121, doi 10.1073/pnas.2406285121, for the categorical Jacobian.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float32, Float64
from torch import Tensor

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError, StorageError, explain
from protlens.files import scratch_folder
from protlens.jacobians.jacobian_options import JacobianOptions, substitutes_tried
from protlens.jacobians.jacobian_store import JacobianStore, jacobian_key
from protlens.jacobians.jacobian_substitutes import Substitutes, answers_of
from protlens.models.left_out import left_out
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import EmbeddingModel
from protlens.pairs.attention_maps import average_product_correction

TableRows = Float32[np.ndarray, "position 20 residue 20"]
"""What the substitutions of some positions change, centred on substitutes, residues and logits."""

Strengths = Float32[np.ndarray, "position residue"]
"""How far the answers at each residue move when a position is substituted."""

_POSITIONS = 16
_BLOCK_BYTES = 1 << 25


def jacobian_map(
    model: MaskedLanguageModel | EmbeddingModel,
    sequence: str,
    options: JacobianOptions,
    *,
    store: JacobianStore | None = None,
    on_runs: Callable[[int], None] = lambda runs: None,
) -> Float32[np.ndarray, "residue residue"]:
    """Return one symmetric score of each residue pair, corrected for the average product.

    With all substitutes, the categorical one is that of the whole table, centred on each axis, made symmetric, its norm
    taken over the 20 x 20 amino acids, the diagonal set to zero. The table need not be there at once: its means over
    substitutes, residues and logits are taken off position by position; its mean over positions is summed up block by
    block; and the norm of what is made symmetric needs two blocks at a time.

    Otherwise the score is made from how far the answers move: ``d(i,j)`` is the root of the mean, over the substitutes
    of residue i, of the squared change at residue j, summed over the channels of its state or over its logits, from
    which their mean is taken off. ``(d(i,j) + d(j,i)) / 2`` is corrected for the average product, its diagonal zero
    before.

    Parameters
    ----------
    model
        A masked language model for ``categorical``. For ``states`` also any model that shows its hidden states.
    sequence
        A chain of L residues.
    options
        What is looked at, and how many runs that may take.
    store
        Where finished maps are looked up and kept, and finished blocks of positions, so that a process that was killed
        goes on where it was. None takes a temporary folder for the blocks: ``1600 L**2`` bytes for the categorical
        Jacobian with all substitutes, else ``4 L**2``. It is not used while heads are left out.
    on_runs
        Called after each batch with the runs of the model that it took; what lies in the store takes none.

    Raises
    ------
    OptionError
        If the budget does not suffice for one substitute of each residue.
    ModelError
        If the model cannot be asked for this, does not read the sequence, or a score is not a finite number.
    StorageError
        If the disk is full or a folder cannot be written.

    Examples
    --------
    >>> from protlens.jacobians.jacobian_maps import jacobian_map
    >>> from protlens.jacobians.jacobian_options import JacobianOptions
    >>> model = protlens.load_masked_lm("mini-bert")
    >>> jacobian_map(model, "MKTAYI", JacobianOptions(kind="categorical")).shape
    (6, 6)
    """
    encoder = model.encoder if isinstance(model, MaskedLanguageModel) else model
    encoder.encode([sequence])  # says what is wrong with a chain before anything is computed
    tried = substitutes_tried(len(sequence), options)
    at_once = max(1, options.batch_tokens // len(sequence))
    answers = answers_of(model, options.kind)

    def told(sequences: Sequence[str]) -> Float[Tensor, "sequence residue channel"]:
        answered = answers(sequences)
        on_runs(len(sequences))
        return answered

    chain = Substitutes(sequence, tried, answers=told, at_once=at_once)
    tried = len(AMINO_ACIDS) if chain.are_all else tried
    key = jacobian_key(encoder.info, dtype=encoder.dtype, kind=options.kind, substitutes=tried, sequence=sequence)
    make = _table_strengths if options.kind == "categorical" and chain.are_all else _moved_strengths
    if store is None or left_out() is not None:
        with scratch_folder(Path(tempfile.gettempdir()) / "protlens-jacobian") as folder:
            return _corrected(make(chain, JacobianStore(folder), key))
    if (finished := store.find_map(key, residues=len(sequence))) is not None:
        return finished
    try:
        finished = _corrected(make(chain, store, key))
    except StorageError:
        if (
            finished := store.find_map(key, residues=len(sequence))
        ) is None:  # unless another process made it meanwhile
            raise
    store.keep_map(key, finished)
    return finished


def _corrected(strengths: Float64[np.ndarray, "residue residue"]) -> Float32[np.ndarray, "residue residue"]:
    if not np.isfinite(strengths).all():
        found = "what the model answers is not a finite number everywhere"
        raise ModelError(explain("Jacobian", found=found, hint="take float32"))
    symmetric = (strengths + strengths.T) / 2
    np.fill_diagonal(symmetric, 0)
    corrected = average_product_correction(torch.from_numpy(symmetric))
    scores = (corrected + corrected.T) / 2  # again, as sums of rows and of columns differ in their last bits
    return scores.float().numpy()


def _moved_strengths(chain: Substitutes, store: JacobianStore, key: str) -> Float64[np.ndarray, "residue residue"]:
    """Return how far answers move."""
    length = len(chain.sequence)
    rows = [
        store.block(key, number, (len(positions), length), lambda of=positions: _moved(chain, of)).read()
        for number, positions in enumerate(_blocks(length, row_bytes=4 * length))
    ]
    return np.concatenate(rows).astype(np.float64)


def _moved(chain: Substitutes, positions: range) -> Strengths:
    """Return how far the answers at each residue move, the root of the mean over the substitutes of a position."""
    squares = np.zeros((len(positions), len(chain.sequence)))
    runs = np.zeros(len(positions))
    for rows, _, change in chain.changes(positions):
        np.add.at(squares, rows, change.square().sum(-1).cpu().numpy())
        np.add.at(runs, rows, 1)
    return np.sqrt(squares / runs[:, None]).astype(np.float32)


def _table_strengths(chain: Substitutes, store: JacobianStore, key: str) -> Float64[np.ndarray, "residue residue"]:
    """Return the norms of the table centred on its four axes and made symmetric."""
    length, letters = len(chain.sequence), len(AMINO_ACIDS)
    parts = list(_blocks(length, row_bytes=4 * letters * length * letters))
    blocks = [
        store.block(key, number, (len(part), letters, length, letters), lambda of=part: _table_rows(chain, of))
        for number, part in enumerate(parts)
    ]
    mean = sum(block.read().sum(0, dtype=np.float64) for block in blocks) / length
    mean = mean.astype(np.float32)
    strengths = np.zeros((length, length))
    for number, part in enumerate(parts):
        forth = blocks[number].read() - mean
        for block, other in zip(blocks[number:], parts[number:], strict=True):
            norms = _norms(forth[:, :, _slice(other)], block.read(_slice(part)) - mean[:, _slice(part)])
            strengths[_slice(part), _slice(other)] = norms
            strengths[_slice(other), _slice(part)] = norms.T
    return strengths


def _norms(
    forth: Float32[np.ndarray, "i 20 j 20"], back: Float32[np.ndarray, "j 20 i 20"]
) -> Float32[np.ndarray, "i j"]:
    symmetric = (forth + back.transpose(2, 3, 0, 1)) / 2
    norms: Float32[np.ndarray, "i j"] = np.sqrt(np.square(symmetric).sum((1, 3)))
    return norms


def _table_rows(chain: Substitutes, positions: range) -> TableRows:
    """Return the rows of the table of some positions, centred on all axes but that of positions."""
    letters = len(AMINO_ACIDS)
    rows = torch.zeros((len(positions), letters, len(chain.sequence), letters))
    for places, substitutes, change in chain.changes(positions):
        rows[places, substitutes] = change.cpu()
    for axis in (1, 2, 3):
        rows -= rows.mean(axis, keepdim=True)
    return rows.numpy()


def _blocks(length: int, *, row_bytes: int) -> Iterator[range]:
    """Yield the positions of a chain in blocks that are worth a file, and fit into memory."""
    size = max(1, min(_POSITIONS, _BLOCK_BYTES // row_bytes))
    for start in range(0, length, size):
        yield range(start, min(start + size, length))


def _slice(positions: range) -> slice:
    return slice(positions.start, positions.stop)
