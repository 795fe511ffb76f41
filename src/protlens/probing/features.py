"""The hidden states of all layers, one file a layer, written while the model runs once.

A file is a NumPy array ``float32 [row, channel]`` that is mapped into memory, so only what a probe reads is loaded. A
row is a residue: the residues of the first protein come first, then those of the second.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int64

from protlens.attention.batches import length_batches
from protlens.data.protein import Protein
from protlens.errors import StorageError, explain
from protlens.models.protocol import EmbeddingModel, LayerStates, encode_proteins


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The hidden states of some proteins on disk.

    Parameters
    ----------
    folder
        Where the files are.
    layers
        How many states there are: the input embeddings, and one for each layer of the model.
    starts
        The row of each protein's first residue, and behind the last the number of rows, ``int64 [protein + 1]``.
    """

    folder: Path
    layers: int
    starts: Int64[np.ndarray, " border"]

    def layer(self, layer: int) -> Float32[np.ndarray, "row channel"]:
        """Return the states of all residues, mapped from the file; 0 is the input embeddings."""
        states: np.ndarray = np.load(_file(self.folder, layer), mmap_mode="r", allow_pickle=False)
        return states

    def protein(self, layer: int, protein: int) -> Float32[np.ndarray, "residue channel"]:
        """Return the states of one protein's residues."""
        return self.layer(layer)[self.starts[protein] : self.starts[protein + 1]]

    def place(self, rows: Int64[np.ndarray, " row"]) -> tuple[Int64[np.ndarray, " row"], Int64[np.ndarray, " row"]]:
        """Return the protein and the zero-based position in its sequence of each row."""
        proteins = np.searchsorted(self.starts, rows, side="right") - 1
        return proteins, rows - self.starts[proteins]


def write_features(
    model: EmbeddingModel,
    proteins: Sequence[Protein],
    folder: Path,
    *,
    batch_tokens: int = 1024,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Features:
    """Run the model once over the proteins and write the hidden states of every layer.

    Parameters
    ----------
    model, proteins
        The proteins fit the model's input.
    folder
        Where to write; made if it is not there. It takes 4 bytes a residue, channel and state.
    batch_tokens
        The most residues of a batch, padding included.
    on_progress
        Called with the proteins done and the proteins in all.

    Raises
    ------
    StorageError
        If the disk does not hold the features, which is found before the first batch is written.
    """
    lengths = [len(protein) for protein in proteins]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    features = Features(folder, model.info.layers + 1, starts)
    files: list[np.ndarray] = []
    done = 0
    for batch in length_batches(lengths, batch_tokens):

        def keep(layer: int, states: LayerStates, *, batch: list[int] = batch) -> None:
            if layer == len(files):
                files.append(_new_file(features, layer, channels=states.shape[-1]))
            for row, protein in enumerate(batch):
                files[layer][starts[protein] : starts[protein + 1]] = states[row, : lengths[protein]].cpu().numpy()

        model.hidden_states(encode_proteins(model, [proteins[i] for i in batch]), keep)
        done += len(batch)
        on_progress(done, len(proteins))
    return features


def _new_file(features: Features, layer: int, *, channels: int) -> np.ndarray:
    rows, path = int(features.starts[-1]), _file(features.folder, layer)
    try:
        features.folder.mkdir(parents=True, exist_ok=True)
        needed = 4 * rows * channels * (features.layers - layer)
        free = shutil.disk_usage(features.folder).free
        if needed > free:
            found = f"{needed / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free"
            raise StorageError(explain(f"features in {features.folder}", found=found, hint="take fewer proteins"))
        return np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, channels))
    except OSError as error:
        raise StorageError(explain(f"writing {path}", found=error.strerror or str(error))) from error


def _file(folder: Path, layer: int) -> Path:
    return folder / f"layer_{layer:03d}.npy"
