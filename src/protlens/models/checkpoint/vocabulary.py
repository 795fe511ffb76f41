"""Token ids of a checkpoint from the vocabulary files beside it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sentencepiece
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertTokenizer, PreTrainedTokenizerFast

from protlens.errors import ModelError, explain
from protlens.models.checkpoint.token_ids import Codes, letter_ids

PIECES = "spiece.model"
"""The sentencepiece model of ProtAlbert, ProtXLNet and ProtT5."""

_MASKS = ("[MASK]", "<mask>")

VOCABULARIES = ("vocab.txt", "tokenizer.json", PIECES, "vocab.json", "tokenizer.model", "sentencepiece.bpe.model")
"""Files that hold a vocabulary, one of which a checkpoint must have."""


def from_tokenizer(
    folder: Path, *, before: tuple[str, ...] = (), after: tuple[str, ...] = (), rare: Mapping[str, str]
) -> Codes:
    """Return the ids that the folder's own tokenizer gives.

    Capital letters stay capital whatever the tokenizer's configuration says.

    Parameters
    ----------
    folder
        The checkpoint.
    before, after
        Special tokens around a sequence, by role: ``cls``, ``sep``, ``eos``.
    rare
        Letters that are written as another.

    Raises
    ------
    ModelError
        If there is no tokenizer that can be read, or it lacks amino acids or special tokens.
    """
    tokenizer = read_tokenizer(folder)

    def tokenize(text: str) -> Any:
        with reading(folder):
            return tokenizer(text, add_special_tokens=False)["input_ids"]

    ids = {role: getattr(tokenizer, f"{role}_token_id", None) for role in (*before, *after, "pad")}
    try:
        letters = letter_ids(tokenize, unknown=tokenizer.unk_token_id, rare=rare, source=folder)
    except ModelError:
        check_vocabulary_file(folder)
        raise
    codes = _codes(folder, ids, before, after, letters)
    return replace(codes, unknown=tokenizer.unk_token_id, masked=mask_of(tokenizer))


def mask_of(tokenizer: Any) -> int | None:
    """Return the id that a tokenizer writes for a residue which is to be predicted, if its vocabulary has one."""
    code = getattr(tokenizer, "mask_token_id", None)
    return code if isinstance(code, int) and code != tokenizer.unk_token_id else None


def around(tokenizer: Any, text: str | list[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ids of the special tokens that a tokenizer puts before and after a text, or a list of words."""
    words = isinstance(text, list)
    inner = list(tokenizer(text, add_special_tokens=False, is_split_into_words=words)["input_ids"])
    whole = list(tokenizer(text, is_split_into_words=words)["input_ids"])
    start = next(i for i in range(len(whole)) if whole[i : i + len(inner)] == inner)
    return tuple(whole[:start]), tuple(whole[start + len(inner) :])


def read_tokenizer(folder: Path, *, as_written: bool = False) -> Any:
    """Return the folder's own tokenizer, in which capital letters stay capital.

    Parameters
    ----------
    folder
        The checkpoint.
    as_written
        Whether a ``tokenizer.json`` alone is taken as it is, and not as the architecture's usual class reads it.

    Raises
    ------
    ModelError
        If there is none that can be read.
    """
    with reading(folder):
        return _tokenizer(folder, as_written=as_written)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn whatever a tokenizer that is damaged or of another kind raises inside into one error.

    transformers raises anything from OSError to bare Exception, and tokenizers, which is not written in Python, what is
    no Exception at all.

    Raises
    ------
    ModelError
        If something is raised inside.
    """
    try:
        yield
    except (ModelError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        check_vocabulary_file(folder)
        raise _unreadable(folder, error) from error


def check_vocabulary_file(folder: Path) -> None:
    """Raise ModelError if a checkpoint has no file that could hold its vocabulary."""
    if not any((folder / name).is_file() for name in VOCABULARIES):
        raise ModelError(
            explain(
                f"model folder {folder}",
                found="it has no vocabulary file",
                allowed=VOCABULARIES,
                hint="give the folder that holds all of the checkpoint's files",
            )
        )


def _from_file(file: Path) -> Any:
    tokenizer = Tokenizer.from_file(str(file))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token=getattr(tokenizer.model, "unk_token", None))


def _tokenizer(folder: Path, *, as_written: bool) -> Any:
    """Return the folder's tokenizer.

    ``tokenizer.json`` serves as it is where the class that is named lacks its own files, and on request where no class
    is named: the class that an architecture usually has would put its own special tokens around.
    """
    alone = as_written and not (folder / "tokenizer_config.json").is_file()
    try:
        if alone and (folder / "tokenizer.json").is_file():
            return _from_file(folder / "tokenizer.json")
        return AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, do_lower_case=False
        )
    except Exception:
        if not (folder / "tokenizer.json").is_file():
            if not (folder / "vocab.txt").is_file() or (folder / "config.json").is_file():
                raise
            return BertTokenizer.from_pretrained(folder, local_files_only=True, do_lower_case=False)
        return PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True, do_lower_case=False)


def from_pieces(
    folder: Path,
    names: Mapping[str, str],
    *,
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    rare: Mapping[str, str],
) -> Codes:
    """Return the ids in the folder's sentencepiece model, or from its tokenizer if it has none.

    transformers converts only some kinds of such models, and not ProtAlbert's; sentencepiece reads them all.

    Parameters
    ----------
    folder
        The checkpoint.
    names
        How the special tokens are called in the model, by role.
    before, after, rare
        As in :func:`from_tokenizer`.

    Raises
    ------
    ModelError
        If there is no vocabulary that can be read, or it lacks amino acids or special tokens.
    """
    if not (folder / PIECES).is_file():
        return from_tokenizer(folder, before=before, after=after, rare=rare)
    with reading(folder):
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / PIECES))
    unknown = pieces.unk_id()
    ids = {role: pieces.piece_to_id(names[role]) for role in (*before, *after, "pad")}
    known = {role: None if code == unknown else code for role, code in ids.items()}
    letters = letter_ids(pieces.encode, unknown=unknown, rare=rare, source=folder)
    masked = next((code for name in _MASKS if (code := pieces.piece_to_id(name)) != unknown), None)
    return replace(_codes(folder, known, before, after, letters), unknown=unknown, masked=masked)


def _codes(folder: Path, ids: Mapping[str, int | None], before: Any, after: Any, letters: Any) -> Codes:
    if lacking := [role for role, code in ids.items() if code is None]:
        raise ModelError(explain(f"model folder {folder}", found=f"the vocabulary lacks the tokens {lacking}"))
    special = {role: code for role, code in ids.items() if code is not None}
    return Codes(
        letters, tuple(special[role] for role in before), tuple(special[role] for role in after), special["pad"]
    )


def _unreadable(folder: Path, error: BaseException) -> ModelError:
    return ModelError(
        explain(
            f"model folder {folder}",
            found=f"no vocabulary that can be read ({error})",
            allowed=VOCABULARIES,
            hint="give the folder that holds all of the checkpoint's files",
        )
    )
