"""Weight files: safetensors, or tensors that torch loads without unpickling anything else."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from protlens.errors import ModelError, explain
from protlens.files import file_stamp

NAMES = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
"""What is looked for, in this order; an index names the shards."""

_BLOCK = 1 << 22


def weight_files(folder: Path) -> list[Path]:
    """Return the weight files of a checkpoint folder, sorted by name.

    Raises
    ------
    ModelError
        If there are none, or an index names a file that is not in the folder.
    """
    for name in NAMES:
        if (folder / name).is_file():
            return _shards(folder / name) if name.endswith(".json") else [folder / name]
    raise ModelError(
        explain(
            f"model folder {folder}",
            found="it has no weights",
            allowed=" or ".join(NAMES),
            hint="give the folder that holds the checkpoint's files",
        )
    )


def is_safetensors(files: list[Path]) -> bool:
    """Whether all of the files are safetensors."""
    return all(file.suffix == ".safetensors" for file in files)


def digest(files: list[Path]) -> str:
    """Return the sha256 over the files' bytes in the given order; for one file, that file's own.

    Files are read once, as long as none is written anew.
    """
    return _digest(tuple(file.resolve() for file in files), tuple(map(file_stamp, files)))


@lru_cache(maxsize=64)
def _digest(files: tuple[Path, ...], _: tuple[tuple[int, int, int], ...]) -> str:
    total = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                total.update(block)
    return total.hexdigest()


def _shards(index: Path) -> list[Path]:
    try:
        names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        files = [index.parent / name for name in names if Path(name).name == name]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(explain(f"weights {index}", found=f"not an index of weight files ({error})")) from error
    if not files or len(files) != len(names) or not all(file.is_file() for file in files):
        raise ModelError(
            explain(
                f"weights {index}",
                found=f"it names {len(names)} files, and not all of them are beside it",
                hint="fetch the checkpoint again",
            )
        )
    return files
