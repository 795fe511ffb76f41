"""The BERT adapter on a trained model that a package ships, found without importing that package."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import torch
import transformers

from eager import eager_attention, shown_by
from protlens.models.check import check_model
from protlens.models.encoder import EncoderModel
from protlens.models.load import load_model

TRAINED = "antiberty/trained_models/AntiBERTy_md_smooth"
HEAVY = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFNIKDTYIHWVRQAPGKGLEWVARIYPTNGYTRYADSVKGRFTISADTSKNTAYLQMNSLRAEDTAVYYC"
    "SRWGGDGFYAMDYWGQGTLVTVSS"
)
LIGHT = "DIQMTQSPSSLSASVGDRVTITCRASQDVNTAVAWYQQKPGKAPKLLIYSASFLYSGVPSRFSGSRSGTDFTLTISSLQPEDFATYYCQQHYTTPPTFGQGTKVEIK"
"""Variable domains of trastuzumab."""


@pytest.fixture(scope="module")
def antiberty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint with its vocabulary, which the package keeps one folder up."""
    try:
        package = distribution("antiberty")
    except PackageNotFoundError:
        pytest.skip("antiberty is not installed")
    folder = tmp_path_factory.mktemp("antiberty")
    for name in (f"{TRAINED}/config.json", f"{TRAINED}/pytorch_model.bin", "antiberty/trained_models/vocab.txt"):
        source = Path(str(package.locate_file(name)))
        (folder / source.name).symlink_to(source)
    return folder


@pytest.fixture(scope="module")
def model(antiberty: Path) -> EncoderModel:
    return load_model(antiberty, device="cpu")


def test_a_trained_model_is_loaded(model: EncoderModel) -> None:
    info = model.info
    assert (info.family, info.layers, info.heads, info.max_residues) == ("bert", 8, 8, 510)


def test_its_tokens_are_those_of_its_tokenizer(model: EncoderModel, antiberty: Path) -> None:
    tokenizer = transformers.BertTokenizer.from_pretrained(antiberty, do_lower_case=False)
    assert model.encode([HEAVY]).tokens[0].tolist() == tokenizer(" ".join(HEAVY))["input_ids"]
    assert model.encode(["XUJ"]).tokens[0].tolist() == [2, 1, 1, 1, 3]


def test_its_weights_are_those_of_transformers(model: EncoderModel, antiberty: Path) -> None:
    shown = shown_by(model, [HEAVY, LIGHT])
    for row, chain in enumerate((HEAVY, LIGHT)):
        tokens = eager_attention("bert", antiberty, model.encode([chain]).tokens[0].tolist())
        n = len(chain)
        assert torch.allclose(shown[:, row, :, :n, :n], tokens[:, :, 1:-1, 1:-1], rtol=0, atol=1e-5)
        alone = shown_by(model, [chain])[:, 0]
        assert torch.allclose(alone, tokens[:, :, 1:-1, 1:-1], rtol=0, atol=1e-6)


def test_it_passes_the_check(model: EncoderModel) -> None:
    assert [finding for finding in check_model(model) if not finding.passed] == []
