"""The four vocabularies, with one token a residue, and their tokenizers in the Hugging Face layout."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece
from torch import Tensor
from transformers import AlbertTokenizer, XLNetTokenizer

from minis.sequences import LETTERS

_BUILT_IN = {"<unk>": "unk_id", "<pad>": "pad_id", "<s>": "bos_id", "</s>": "eos_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Tokens of a model.

    Parameters
    ----------
    special
        The tokens that are not residues; their places are their ids, and those of the residues follow.
    before, after
        Which of them stand around a sequence.
    mask
        Which hides a residue.
    save
        Writes the tokenizer's files to a folder, given the special tokens and the longest input in tokens, or None.
    """

    special: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    mask: str
    save: Callable[[tuple[str, ...], Path, int | None], None]

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.special) + len(LETTERS)

    def id(self, token: str) -> int:
        """Return the id of a special token."""
        return self.special.index(token)

    def write(self, residues: Tensor) -> Tensor:
        """Return token ids ``int64 [row, token]`` of residues ``int64 [row, residue]``, special tokens around them."""
        rows, length = residues.shape
        begin, end = len(self.before), len(self.before) + length
        tokens = residues.new_empty(rows, end + len(self.after))
        tokens[:, begin:end] = residues + len(self.special)
        for place, token in [*enumerate(self.before), *enumerate(self.after, start=end)]:
            tokens[:, place] = self.id(token)
        return tokens


def _save_word_pieces(special: tuple[str, ...], folder: Path, longest: int | None) -> None:
    """Write a WordPiece vocabulary, in which every unknown letter is X."""
    (folder / "vocab.txt").write_text("\n".join([*special, *LETTERS]) + "\n")
    names = {f"{role}_token": f"[{role.upper()}]" for role in ("pad", "cls", "sep", "mask")}
    content = {"tokenizer_class": "BertTokenizer", "do_lower_case": False, "unk_token": "X", **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(content | {"model_max_length": longest}, indent=2) + "\n")


def _save_letters(special: tuple[str, ...], folder: Path, longest: int | None) -> None:
    """Write the vocabulary of ESM's tokenizer, in which every unknown letter is X."""
    (folder / "vocab.txt").write_text("\n".join([*special, *LETTERS]) + "\n")
    names = {f"{role}_token": f"<{role}>" for role in ("pad", "cls", "eos", "mask")}
    content = {"tokenizer_class": "EsmTokenizer", "unk_token": "X", **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(content | {"model_max_length": longest}, indent=2) + "\n")


def _save_pieces(special: tuple[str, ...], folder: Path, longest: int | None, *, tokenizer: Any) -> None:
    """Write a sentencepiece model of whole words, as ProtAlbert's, and the same as transformers' fast tokenizer.

    transformers cannot convert such a model by itself.
    """
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(LETTERS[: n + 1]) for n in range(len(LETTERS))]),
        model_writer=model,
        model_type="word",
        vocab_size=len(special) + len(LETTERS),
        character_coverage=1.0,
        control_symbols=[token for token in special if token not in _BUILT_IN],
        minloglevel=2,
        **{name: special.index(token) if token in special else -1 for token, name in _BUILT_IN.items()},
    )
    (folder / "spiece.model").write_bytes(model.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    scored = [(pieces.id_to_piece(n), pieces.get_score(n)) for n in range(pieces.get_piece_size())]
    limit = {} if longest is None else {"model_max_length": longest}
    tokenizer(vocab=scored, do_lower_case=False, keep_accents=True, **limit).save_pretrained(folder)


def _save_albert(special: tuple[str, ...], folder: Path, longest: int | None) -> None:
    _save_pieces(special, folder, longest, tokenizer=AlbertTokenizer)


def _save_xlnet(special: tuple[str, ...], folder: Path, longest: int | None) -> None:
    _save_pieces(special, folder, longest, tokenizer=XLNetTokenizer)


BERT = Vocabulary(
    special=("[PAD]", "[CLS]", "[SEP]", "[MASK]"),
    before=("[CLS]",),
    after=("[SEP]",),
    mask="[MASK]",
    save=_save_word_pieces,
)
ALBERT = Vocabulary(
    special=("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"),
    before=("[CLS]",),
    after=("[SEP]",),
    mask="[MASK]",
    save=_save_albert,
)
XLNET = Vocabulary(
    special=("<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"),
    before=(),
    after=("<sep>", "<cls>"),
    mask="<mask>",
    save=_save_xlnet,
)
ESM = Vocabulary(
    special=("<cls>", "<pad>", "<eos>", "<mask>"),
    before=("<cls>",),
    after=("<eos>",),
    mask="<mask>",
    save=_save_letters,
)
