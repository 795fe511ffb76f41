"""The small files of a checkpoint that decide, with the weights, what a model gives: configuration and tokenizer."""

from hashlib import sha256
from pathlib import Path

SETTINGS = (
    "config.json",
    "vocab.txt",
    "spiece.model",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "sentencepiece.bpe.model",
)


def settings_digest(folder: Path, vocabulary: Path | None = None) -> str:
    """Return the sha256 over name, size and bytes of each settings file of a checkpoint.

    Parameters
    ----------
    folder
        The checkpoint.
    vocabulary
        A further folder in which its vocabulary lies.
    """
    total = sha256()
    for place in [folder] if vocabulary in (None, folder) else [folder, vocabulary]:
        for name in SETTINGS:
            if (path := Path(place, name)).is_file():
                content = path.read_bytes()
                total.update(f"{name} {len(content)}\n".encode() + content)
    return total.hexdigest()
