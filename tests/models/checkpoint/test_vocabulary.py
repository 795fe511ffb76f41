import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sentencepiece
import transformers
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from protlens.errors import ModelError
from protlens.models.checkpoint.token_ids import PROT_TRANS_RARE
from protlens.models.checkpoint.vocabulary import from_pieces, from_tokenizer
from tiny_models import PROT_BERT_VOCABULARY, write_pieces

CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQACDEFGHIKLMNPQRSTVWYXUZOB"
SPACED = " ".join("X" if letter in "UZOB" else letter for letter in CHAIN)
NAMES = {"cls": "[CLS]", "sep": "[SEP]", "pad": "<pad>"}


def _bert(folder: Path, vocabulary: list[str], **config: object) -> Path:
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    return folder


def test_ids_are_those_of_the_tokenizer_on_a_whole_sequence(tiny_folder: Callable[[str], Path]) -> None:
    tokenizer = transformers.BertTokenizer.from_pretrained(tiny_folder("bert"), do_lower_case=False)
    codes = from_tokenizer(tiny_folder("bert"), before=("cls",), after=("sep",), rare=PROT_TRANS_RARE)
    assert codes.write([CHAIN]).tokens[0].tolist() == tokenizer(SPACED)["input_ids"]


def test_letters_stay_capital_without_a_tokenizer_config(tmp_path: Path) -> None:
    codes = from_tokenizer(_bert(tmp_path, PROT_BERT_VOCABULARY), before=("cls",), after=("sep",), rare={})
    assert codes.letters.tolist() == [
        PROT_BERT_VOCABULARY.index(letter if letter != "J" else "[UNK]") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ]


def test_a_vocabulary_of_words_is_refused(tmp_path: Path) -> None:
    words = [*PROT_BERT_VOCABULARY[:5], "the", "of", *"acdefghiklmnpqrstvwy"]
    with pytest.raises(ModelError, match="the vocabulary lacks amino acids A C D E F"):
        from_tokenizer(_bert(tmp_path, words), before=("cls",), after=("sep",), rare={})


def test_a_folder_without_a_vocabulary_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match=r"vocabulary|no vocabulary that can be read"):
        from_tokenizer(tmp_path, before=("cls",), after=("sep",), rare={})


def test_pieces_are_those_of_sentencepiece_on_a_whole_sequence(tiny_folder: Callable[[str], Path]) -> None:
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tiny_folder("albert") / "spiece.model"))
    codes = from_pieces(tiny_folder("albert"), NAMES, before=("cls",), after=("sep",), rare=PROT_TRANS_RARE)
    assert codes.write([CHAIN]).tokens[0].tolist() == [2, *pieces.encode(SPACED), 3]
    assert codes.padding == 0


def test_a_tokenizer_file_serves_where_there_are_no_pieces(tmp_path: Path) -> None:
    vocabulary = {
        token: number for number, token in enumerate(["<pad>", "<unk>", "[CLS]", "[SEP]", *"LAGVESIKRDTPNQFYMHCWX"])
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
    fast.save_pretrained(tmp_path)
    codes = from_pieces(tmp_path, NAMES, before=("cls",), after=("sep",), rare=PROT_TRANS_RARE)
    assert codes.write([CHAIN]).tokens[0].tolist() == [2, *(vocabulary[letter] for letter in SPACED.split()), 3]


@pytest.mark.parametrize("named", ["EsmTokenizer", "PreTrainedTokenizerFast", "NoSuchTokenizer"])
def test_a_tokenizer_file_serves_whatever_class_is_named(tmp_path: Path, named: str) -> None:
    tokens = ["<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO"]
    tokenizer = Tokenizer(models.WordLevel({token: code for code, token in enumerate(tokens)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    special = {f"{role}_token": f"<{role}>" for role in ("cls", "pad", "eos", "unk")}
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "esm"}')
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": named, **special}))
    codes = from_tokenizer(tmp_path, before=("cls",), after=("eos",), rare={})
    assert codes.write([CHAIN]).tokens[0].tolist() == [0, *map(tokens.index, CHAIN), 2]
    assert codes.padding == 1


def test_pieces_without_a_special_token_are_refused(tmp_path: Path) -> None:
    write_pieces(tmp_path / "spiece.model", {"<pad>": 0, "<unk>": 1, "[CLS]": 2})
    with pytest.raises(ModelError, match=r"lacks the tokens \['sep'\]"):
        from_pieces(tmp_path, NAMES, before=("cls",), after=("sep",), rare={})


@pytest.mark.parametrize("content", [b"", b"not a model", bytes(1000)])
def test_broken_pieces_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "spiece.model").write_bytes(content)
    with pytest.raises(ModelError, match=r"vocabulary"):
        from_pieces(tmp_path, NAMES, before=("cls",), after=("sep",), rare={})


def test_pieces_that_cut_letters_off_their_space_are_refused(tmp_path: Path) -> None:
    write_pieces(tmp_path / "spiece.model", {"<pad>": 0, "<unk>": 1, "[CLS]": 2, "[SEP]": 3}, model_type="char")
    with pytest.raises(ModelError, match="the vocabulary lacks amino acids"):
        from_pieces(tmp_path, NAMES, before=("cls",), after=("sep",), rare={})
