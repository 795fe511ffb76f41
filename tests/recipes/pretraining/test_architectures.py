import pytest
import torch
from minis.architectures import ARCHITECTURES, Shape
from minis.vocabularies import XLNET
from transformers import XLNetLMHeadModel

from protlens import load_model

SHAPE = Shape(layers=2, heads=2, width=16, positions=32)


@pytest.mark.parametrize("family", ARCHITECTURES)
def test_positions_and_layers_are_those_asked_for(family, tmp_path):
    architecture = ARCHITECTURES[family]
    model = architecture.build(SHAPE, architecture.vocabulary)
    model.save_pretrained(tmp_path)
    architecture.save_tokenizer(tmp_path, SHAPE)
    info = load_model(tmp_path).info
    assert (info.family, info.layers, info.heads) == (family, 2, 2)
    assert info.max_residues == (30 if architecture.limited else None)
    assert len(list(model.get_submodule(architecture.layers).children())) == (1 if family == "albert" else 2)


@pytest.mark.parametrize(("family", "table"), [("bert", "bert.embeddings"), ("albert", "albert.embeddings")])
def test_positions_begin_as_sinusoids_of_the_spread_of_other_embeddings(family, table):
    architecture = ARCHITECTURES[family]
    torch.manual_seed(0)
    shape = Shape(layers=1, heads=2, width=64, positions=512, spread=0.05)
    model = architecture.build(shape, architecture.vocabulary)
    weights = model.get_submodule(table).position_embeddings.weight
    assert weights.square().mean().sqrt().item() == pytest.approx(0.05, rel=0.05)
    products = weights @ weights.T
    for distance in (1, 5, 40):
        along = products.diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), rtol=1e-3, atol=1e-5)


def test_sharing_and_slicing_positions_changes_neither_logits_nor_gradients():
    torch.manual_seed(0)
    model = ARCHITECTURES["xlnet"].build(SHAPE, XLNET)
    plain = XLNetLMHeadModel(model.config)
    plain.load_state_dict(model.state_dict())
    tokens = XLNET.write(torch.randint(20, (3, 17)))
    found, wanted = model(tokens).logits, plain(tokens).logits
    torch.testing.assert_close(found, wanted)
    for logits in (found, wanted):
        logits.square().mean().backward()
    gradients = dict(plain.named_parameters())
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            torch.testing.assert_close(parameter.grad, gradients[name].grad)


@pytest.mark.parametrize("family", ARCHITECTURES)
def test_weights_begin_with_the_spread_asked_for(family):
    architecture = ARCHITECTURES[family]
    model = architecture.build(Shape(layers=1, heads=2, width=64, spread=0.05), architecture.vocabulary)
    matrices = [weights for name, weights in model.named_parameters() if weights.ndim > 1 and weights.numel() > 2000]
    for weights in matrices:
        assert weights.square().mean().sqrt().item() == pytest.approx(0.05, rel=0.1)


def test_esm_has_rotary_positions_alone():
    architecture = ARCHITECTURES["esm"]
    model = architecture.build(SHAPE, architecture.vocabulary)
    assert model.config.position_embedding_type == "rotary"
    assert not [name for name, _ in model.named_parameters() if "position" in name]
    tokens = architecture.vocabulary.write(torch.randint(20, (2, 12)))
    places = torch.arange(14)
    with torch.no_grad():
        shifted, plain = (model.eval()(tokens, position_ids=(places + by).expand(2, 14)).logits for by in (7, 0))
    torch.testing.assert_close(shifted, plain)
