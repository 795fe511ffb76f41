"""What will be read of a checkpoint, and how, as lines of text."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from string import ascii_uppercase

from protlens.models.adapters.family import ModelFamily
from protlens.models.check import aside_text
from protlens.models.checkpoint.token_ids import Codes
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model, open_checkpoint
from protlens.reach import EVERYWHERE, Reach
from protlens.typing import PathInput


def describe_model(name_or_path: PathInput, *, load: bool = True) -> list[str]:
    """Return lines that say what will be read of a model and how.

    Parameters
    ----------
    name_or_path
        A name of the catalog, a hub name, or a folder.
    load
        Whether its weights are read too: only then is it said which tensors are left aside, and how far layers attend.

    Raises
    ------
    UnknownNameError, DownloadError, ModelError
        See :func:`~protlens.models.load.load_model`.
    """
    checkpoint = open_checkpoint(name_or_path)
    info, family, codes = checkpoint.info, checkpoint.family, checkpoint.codes
    limit = "of any length" if info.max_residues is None else f"up to {info.max_residues} residues"
    files = checkpoint.all_files
    size = sum(file.stat().st_size for file in files) / 1e6
    names = files[0].name if len(files) == 1 else f"{files[0].name} to {files[-1].name}, {len(files)} files"
    lines = [
        f"family: {family.name}, {_adapter(family)}",
        f"shape: {info.layers} layers of {info.heads} heads, chains {limit}",
        f"residues: {codes.written}; {_rare(codes)}",
        f"special tokens: {_tokens(codes.before)} before, {_tokens(codes.after)} after",
        f"weights: {names}, {size:.1f} MB",
        f"digest: {info.sha256}",
    ]
    return [*lines, *_loaded(load_model(name_or_path, device="cpu"))] if load else lines


def reach_text(reach: Sequence[Reach]) -> str:
    """Return how far layers attend, layers that attend alike together."""
    if set(reach) == {EVERYWHERE}:
        return "all residues, in every layer"
    found = groupby(enumerate(reach, 1), key=lambda pair: pair[1])
    runs = [(one, [layer for layer, _ in layers]) for one, layers in found]
    return "; ".join(f"{_layers(layers)}: {_window(one)}" for one, layers in runs)


def _adapter(family: ModelFamily) -> str:
    return "protlens' own adapter" if family.tested else "compared with what transformers gives when it is loaded"


def _loaded(model: EncoderModel) -> Iterator[str]:
    yield f"tensors: {aside_text(model.left_aside)}"
    yield f"attends to: {reach_text(model.reach)}"


def _tokens(ids: Sequence[int]) -> str:
    return "none" if not ids else f"{len(ids)} (id {', '.join(map(str, ids))})"


def _rare(codes: Codes) -> str:
    ids = dict(zip(ascii_uppercase, codes.letters.tolist(), strict=True))
    unknown = [letter for letter, code in ids.items() if code == codes.unknown]
    as_x = [letter for letter, code in ids.items() if code == ids["X"] and letter not in ("X", *unknown)]
    parts = [f"{' '.join(unknown)} unknown" if unknown else "none unknown", f"{' '.join(as_x)} as X" if as_x else ""]
    return ", ".join(part for part in parts if part)


def _layers(layers: Sequence[int]) -> str:
    return f"layer {layers[0]}" if len(layers) == 1 else f"layers {layers[0]} to {layers[-1]}"


def _window(reach: Reach) -> str:
    if reach == EVERYWHERE:
        return "all residues"
    back, ahead = ("all" if limit is None else str(limit) for limit in (reach.back, reach.ahead))
    return f"{back} before and {ahead} after"
