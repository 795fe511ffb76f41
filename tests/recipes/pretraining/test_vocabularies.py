import pytest
import sentencepiece
import torch
from minis.architectures import ARCHITECTURES, Shape
from minis.sequences import LETTERS
from transformers import AutoTokenizer

from protlens.models.adapters.families import MODEL_FAMILIES

SHAPE = Shape(layers=1, heads=2, width=16, positions=64)


@pytest.fixture(params=ARCHITECTURES)
def family(request):
    return request.param


@pytest.fixture
def folder(family, tmp_path):
    architecture = ARCHITECTURES[family]
    architecture.build(SHAPE, architecture.vocabulary).save_pretrained(tmp_path)
    architecture.save_tokenizer(tmp_path, SHAPE)
    return tmp_path


def written(family, sequence):
    codes = torch.tensor([[LETTERS.index(letter) for letter in sequence]])
    return ARCHITECTURES[family].vocabulary.write(codes)[0].tolist()


def test_the_recipe_protlens_and_transformers_write_a_sequence_alike(family, folder):
    wanted = written(family, LETTERS)
    assert len(wanted) == len(LETTERS) + 2
    assert MODEL_FAMILIES[family].codes(folder).write([LETTERS]).tokens[0].tolist() == wanted
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer(" ".join(LETTERS))["input_ids"] == wanted
    assert tokenizer.mask_token_id == ARCHITECTURES[family].vocabulary.id(ARCHITECTURES[family].vocabulary.mask)
    assert len(tokenizer) == len(ARCHITECTURES[family].vocabulary)


def test_rare_letters_are_read_as_x(family, folder):
    codes = MODEL_FAMILIES[family].codes(folder)
    assert codes.write(["UZOB"]).tokens.tolist() == codes.write(["XXXX"]).tokens.tolist()


def test_pieces_of_albert_and_xlnet_are_a_sentencepiece_model(family, folder):
    vocabulary = ARCHITECTURES[family].vocabulary
    if family in ("bert", "esm"):
        assert (folder / "vocab.txt").read_text().split() == [*vocabulary.special, *LETTERS]
        return
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    names = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    assert names == [*vocabulary.special, *("\u2581" + letter for letter in LETTERS)]


def test_the_longest_input_stands_in_the_files(family, folder):
    longest = AutoTokenizer.from_pretrained(folder).model_max_length
    assert longest == 64 if ARCHITECTURES[family].limited else longest > 1e9
