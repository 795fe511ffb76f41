import pytest
import torch
import transformers

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import ModelError
from protlens.models.load import load_masked_lm, load_model
from protlens.models.protocol import whole_layers

CLASSES = {
    "bert": transformers.BertForMaskedLM,
    "albert": transformers.AlbertForMaskedLM,
    "esm": transformers.EsmForMaskedLM,
    "esm1b": transformers.EsmForMaskedLM,
}
SEQUENCES = ["MKTAYIAKQRX", "GVS"]


@pytest.mark.parametrize("family", CLASSES)
def test_logits_are_those_of_transformers(family, tiny_folder):
    model = load_masked_lm(tiny_folder(family), device="cpu")
    theirs = CLASSES[family].from_pretrained(tiny_folder(family), attn_implementation="eager").eval()
    logits = model.logits(model.encoder.encode(SEQUENCES))
    assert logits.shape == (2, 11, 20)
    for row, sequence in enumerate(SEQUENCES):
        tokens = model.encoder.encode([sequence]).tokens
        letters = [model.encoder.encode([letter]).tokens[0, 1].item() for letter in AMINO_ACIDS]
        with torch.no_grad():
            expected = theirs(input_ids=tokens).logits[0, 1 : 1 + len(sequence)][:, letters]
        torch.testing.assert_close(logits[row, : len(sequence)], expected, atol=2e-4, rtol=1e-4)


def test_its_encoder_shows_the_attention_of_the_bare_model(tiny_folder):
    shown = []
    for model in (load_masked_lm(tiny_folder("bert"), device="cpu").encoder, load_model(tiny_folder("bert"))):
        layers = []
        model.attend(
            model.encode(SEQUENCES), whole_layers(lambda _, weights, into=layers: into.append(weights.clone()))
        )
        shown.append(torch.stack(layers))
    assert torch.equal(*shown)


@pytest.mark.parametrize("family", ["xlnet", "t5", "tape"])
def test_a_family_without_such_a_head_is_refused(family, tiny_folder):
    with pytest.raises(ModelError, match="allowed: bert, albert, esm"):
        load_masked_lm(tiny_folder(family))


def test_a_checkpoint_without_its_head_is_refused(tmp_path, tiny_folder):
    source = tiny_folder("bert")
    transformers.BertModel.from_pretrained(source).save_pretrained(tmp_path)
    for name in ("vocab.txt", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    with pytest.raises(ModelError, match=r"cls.predictions.* is missing"):
        load_masked_lm(tmp_path)


def test_bfloat16_is_what_it_computes_in_and_logits_are_float32(tiny_folder):
    models = [load_masked_lm(tiny_folder("bert"), device="cpu", dtype=dtype) for dtype in ("float32", "bfloat16")]
    assert [model.encoder.dtype for model in models] == ["float32", "bfloat16"]
    exact, rough = (model.logits(model.encoder.encode(SEQUENCES[:1])) for model in models)
    assert rough.dtype == torch.float32
    assert 0 < (rough - exact).abs().max() < 0.1 * exact.abs().max()
