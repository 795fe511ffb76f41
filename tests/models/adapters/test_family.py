"""The page on adding a model, run: its example becomes an adapter that works."""

import re
import sys
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import torch
import transformers

import protlens.models.adapters.families as families
from eager import shown_by
from protlens.models.adapters.families import MODEL_FAMILIES
from protlens.models.check import check_model
from protlens.models.load import load_model
from protlens.registry import Registry
from tiny_models import PROT_BERT_VOCABULARY, sharpen

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-model.md"
CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQXU"


@pytest.fixture
def electra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with the page's code, installed with the page's entry point."""
    text = PAGE.read_text()
    built_in = {known: MODEL_FAMILIES[known] for known in MODEL_FAMILIES}
    package = types.ModuleType("my_package")
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], package.__dict__)
    monkeypatch.setitem(sys.modules, "my_package", package)
    group, name, value = re.findall(r'entry-points\."(protlens\.families)"\]\n(\S+) = "(\S+)"', text)[0]
    point = EntryPoint(name, value, group)
    monkeypatch.setattr("protlens.registry.entry_points", lambda *, group: [point] if group == point.group else [])
    monkeypatch.setattr(families, "MODEL_FAMILIES", Registry("model architecture", MODEL_FAMILIES.group, built_in))


@pytest.mark.usefixtures("electra")
def test_the_pages_example_reads_and_shows_a_model(tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = transformers.ElectraConfig(
        vocab_size=30,
        embedding_size=16,
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    theirs = transformers.ElectraForPreTraining(config).eval()
    sharpen(dict(theirs.named_parameters()))
    theirs.save_pretrained(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(PROT_BERT_VOCABULARY))
    model = load_model(tmp_path, device="cpu")
    assert (model.info.family, model.info.max_residues) == ("electra", 62)
    assert [finding for finding in check_model(model) if not finding.passed] == []
    theirs.set_attn_implementation("eager")
    with torch.no_grad():
        eager = torch.cat(theirs(model.encode([CHAIN]).tokens, output_attentions=True).attentions)
    assert torch.allclose(shown_by(model, [CHAIN])[:, 0], eager[:, :, 1:-1, 1:-1], rtol=0, atol=1e-6)


def test_the_page_names_every_family_and_file() -> None:
    text = PAGE.read_text()
    for word in (
        *(f"`{name}`" for name in MODEL_FAMILIES),
        "model.safetensors",
        "pytorch_model.bin",
        "spiece.model",
        "HF_HOME",
    ):
        assert word in text
