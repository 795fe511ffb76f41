"""Heads that are left out, against plain torch, against changed weights, and against the model as it is."""

from contextlib import nullcontext
from typing import Any

import pytest
import torch
import transformers
from transformers import AttentionInterface

from any_model import any_model_folder
from protlens.models import attention_hook
from protlens.models.attention_hook import NAME, Capture, capturing
from protlens.models.left_out import REPLACEMENTS, WeightsInstead, leaving_out, left_out
from protlens.models.load import load_masked_lm, load_model
from protlens.models.protocol import whole_layers

SEQUENCES = ["MKTAYIAKQRX", "GVSLL", "W"]
FAMILIES = ("bert", "albert", "esm", "esm1b", "xlnet", "t5", "tape", "esmc")


def _states(model: Any, sequences: list[str], heads: Any = None, replace: Any = "zero") -> list[torch.Tensor]:
    """Return the states of all layers, ``[batch, residue, channel]`` each."""
    found: list[torch.Tensor] = []
    with nullcontext() if heads is None else leaving_out(heads, replace=replace):
        model.hidden_states(model.encode(sequences), lambda _, states: found.append(states.clone()))
    return found


def _slow(weights: torch.Tensor, visible: torch.Tensor, residues: list[bool], replace: str) -> torch.Tensor:
    """Replace one head's weights ``[query, key]`` of one protein, pair by pair."""
    tokens = len(weights)
    found = torch.zeros_like(weights)
    for query in range(tokens):
        kept = [0.0] * tokens
        for key in range(tokens):
            if not visible[query, key]:
                continue
            given = [float(weights[r, key]) for r in range(tokens) if residues[r] and visible[r, key]]
            kept[key] = 1.0 if replace == "uniform" else sum(given) / max(len(given), 1)
        total = sum(kept)
        for key in range(tokens):
            found[query, key] = kept[key] / total * float(weights[query].sum()) if total else 0.0
    return found


def _instead(
    weights: torch.Tensor, visible: torch.Tensor, residues: torch.Tensor, replace: Any, size: int
) -> torch.Tensor:
    """Replace weights ``[batch, head, query, key]`` in blocks of so many queries."""
    instead = WeightsInstead(
        [0, 1], replace, visible=lambda rows, _: visible[:, :, rows], residues=lambda rows: residues[:, rows]
    )
    blocks = [slice(first, min(first + size, weights.shape[2])) for first in range(0, weights.shape[2], size)]
    for block in blocks:
        instead.note(weights[:, :, block], block)
    return torch.cat([instead.weights(block) for block in blocks], 2)


MASKS = {
    "all": lambda query, key: True,
    "before": lambda query, key: key <= query,
    "window": lambda query, key: abs(query - key) <= 2,
}


@pytest.mark.parametrize("replace", ["mean", "uniform"])
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("sink", [False, True])
@pytest.mark.parametrize("rows", [1, 4, 9])
def test_replaced_weights_agree_with_loops_over_single_pairs(mask: str, replace: Any, *, sink: bool, rows: int) -> None:
    torch.manual_seed(1)
    lengths, before, tokens = [6, 3, 1], 1, 9  # one special token on either side, and padding behind
    seen = torch.tensor([[MASKS[mask](query, key) for key in range(tokens)] for query in range(tokens)])
    visible = torch.stack([seen & (torch.arange(tokens) < length + 2) for length in lengths])
    scores = torch.randn(3, 2, tokens, tokens, dtype=torch.float64).masked_fill(~visible[:, None], -torch.inf)
    weights = scores.softmax(-1).nan_to_num() * (0.7 if sink else 1.0)
    residues = torch.stack([(torch.arange(tokens) >= 1) & (torch.arange(tokens) <= length) for length in lengths])
    found = _instead(weights, visible[:, None], residues, replace, rows)
    for row, length in enumerate(lengths):
        n = length + 2
        for head in range(2):
            is_residue = [before <= token < before + length for token in range(n)]
            expected = _slow(weights[row, head, :n, :n], visible[row, :n, :n], is_residue, replace)
            torch.testing.assert_close(found[row, head, :n, :n], expected, atol=1e-12, rtol=1e-12)
            assert not found[row, head, :, n:].any()


@pytest.mark.parametrize("rows", [2, 9])
@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_query_heads_that_share_keys_are_left_out_one_by_one(
    replace: Any, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    monkeypatch.setattr(attention_hook, "rows_of_block", lambda *_: rows)
    query, (key, value) = torch.randn(2, 4, 9, 8), torch.randn(2, 2, 2, 9, 8).unbind()
    mask = torch.tril(torch.ones(9, 9, dtype=torch.bool)).expand(2, 1, 9, 9)
    lengths = [7, 4]

    def mixed(heads: Any) -> tuple[torch.Tensor, torch.Tensor]:
        shown: list[torch.Tensor] = []
        keep = whole_layers(lambda _, weights: shown.append(weights.clone()))
        capture = Capture(keep, lengths, before=1, after=1, layers=1, whole=True)
        with leaving_out(heads, replace=replace), capturing(capture):
            found, _ = AttentionInterface()[NAME](torch.nn.Module(), query, key, value, mask)
        return found, shown[0]

    (whole, formed), (without, shown) = mixed([]), mixed([(0, 1), (3, 2)])
    assert torch.equal(formed, shown), "what a head forms is shown, left out or not"
    assert torch.equal(whole[:, :, [0, 2, 3]], without[:, :, [0, 2, 3]]), "the layer of 3-2 is not run"
    for row, length in enumerate(lengths):
        n = length + 2
        weights = formed[row, 1, :n, :n]
        is_residue = [1 <= token <= length for token in range(n)]
        instead = torch.zeros_like(weights)
        if replace != "zero":
            instead = _slow(weights, mask[row, 0, :n, :n], is_residue, replace)
        torch.testing.assert_close(without[row, :n, 1], instead @ value[row, 0, :n], atol=1e-5, rtol=1e-5)


def _layer(layer: Any, states: torch.Tensor, head: int, replace: str) -> torch.Tensor:
    """Compute one layer of BERT on one sequence ``[token, channel]`` in plain torch, without a head."""
    own, heads, width = layer.attention.self, 4, 16
    parts = []
    for number in range(heads):
        at = slice(number * width, (number + 1) * width)
        query, key, value = (states @ part.weight[at].T + part.bias[at] for part in (own.query, own.key, own.value))
        weights = torch.softmax(query @ key.T / width**0.5, -1)
        if number == head:
            everywhere = torch.ones(weights.shape, dtype=torch.bool)
            inner = [0 < token < len(states) - 1 for token in range(len(states))]
            weights = torch.zeros_like(weights) if replace == "zero" else _slow(weights, everywhere, inner, replace)
        parts.append(weights @ value)
    out, last = layer.attention.output, layer.output
    attended = out.LayerNorm(out.dense(torch.cat(parts, -1)) + states)
    return last.LayerNorm(last.dense(torch.nn.functional.gelu(layer.intermediate.dense(attended))) + attended)


@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_tiny_bert_without_a_head_agrees_with_plain_torch(replace: Any, tiny_folder: Any) -> None:
    model = load_model(tiny_folder("bert"), device="cpu")
    theirs = transformers.BertModel.from_pretrained(tiny_folder("bert"), add_pooling_layer=False).eval()
    found = _states(model, SEQUENCES, [(1, 2)], replace)
    for row, sequence in enumerate(SEQUENCES):
        with torch.no_grad():
            states = theirs.embeddings(model.encode([sequence]).tokens)[0]
            for number, layer in enumerate(theirs.encoder.layer):
                states = _layer(layer, states, 2 if number == 1 else -1, replace)
        shown = found[-1][row, : len(sequence)]
        torch.testing.assert_close(shown, states[1 : 1 + len(sequence)], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_leaving_out_nothing_changes_no_bit(family: str, tiny_model: Any) -> None:
    model = tiny_model(family)
    for replace in REPLACEMENTS:
        for one, other in zip(_states(model, SEQUENCES), _states(model, SEQUENCES, [], replace), strict=True):
            assert torch.equal(one, other)


@pytest.mark.parametrize("family", ["bert", "albert", "esm"])
def test_leaving_out_nothing_changes_no_bit_of_logits(family: str, tiny_folder: Any) -> None:
    model = load_masked_lm(tiny_folder(family), device="cpu")
    batch = model.encoder.encode(SEQUENCES)
    whole = model.logits(batch)
    with leaving_out([], replace="mean"):
        assert torch.equal(model.logits(batch), whole)
    with leaving_out([(0, 1)], replace="mean"):
        assert not torch.equal(model.logits(batch), whole)
    assert torch.equal(model.logits(batch), whole)
    assert left_out() is None


def _without_columns(network: Any, layer: int, head: int) -> None:
    """Set to zero what the output projection of a layer takes from a head, by the names that families have for it."""
    ends = ("attention.output.dense.weight", "SelfAttention.o.weight", "rel_attn.o", "attn.out_proj.weight")
    ends = (*ends, "self_attn.out_proj.weight", "o_proj.weight", "attention.dense.weight", "out_proj.weight")
    found = [
        (name, values)
        for name, values in network.named_parameters()
        if name.endswith(ends) and (f".{layer}." in f".{name}" or "albert_layer" in name)
    ]
    assert len(found) == 1, [name for name, _ in found]
    with torch.no_grad():
        if found[0][0].endswith("rel_attn.o"):
            found[0][1][:, head] = 0
        else:
            found[0][1][:, head * 16 : (head + 1) * 16] = 0


@pytest.mark.parametrize("family", FAMILIES)
def test_zero_equals_a_projection_that_takes_nothing_from_the_head(family: str, tiny_folder: Any) -> None:
    model, changed = (load_model(tiny_folder(family), device="cpu") for _ in range(2))
    heads = [(layer, 1) for layer in range(3)] if family == "albert" else [(1, 1)]  # its layers share their weights
    _without_columns(changed._encoder, 1, 1)
    whole = _states(model, SEQUENCES)
    found, expected = _states(model, SEQUENCES, heads), _states(changed, SEQUENCES)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
    assert (found[-1] - whole[-1]).abs().max() > 1e-3, "the head adds something"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["qwen3", "modernbert", "gemma2"])
@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_other_architectures_are_left_without_heads_alike(kind: str, replace: Any, tmp_path: Any) -> None:
    """Causal masks, windows and shared keys: alone as in a batch, and the zero of a head that shares its keys."""
    model = load_model(any_model_folder(kind, tmp_path / kind), device="cpu")
    heads = [(0, 3), (2, 1)]
    together = _states(model, SEQUENCES, heads, replace)
    for row, sequence in enumerate(SEQUENCES):
        for alone, padded in zip(_states(model, [sequence], heads, replace), together, strict=True):
            torch.testing.assert_close(alone[0], padded[row, : len(sequence)], atol=1e-4, rtol=1e-4)
    if replace == "zero" and kind == "qwen3":
        changed = load_model(tmp_path / kind, device="cpu")
        for layer, head in heads:
            _without_columns(changed._encoder, layer, head)
        torch.testing.assert_close(together[-1], _states(changed, SEQUENCES)[-1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("replace", REPLACEMENTS)
def test_a_padded_batch_gives_what_each_protein_gives_alone(family: str, replace: Any, tiny_model: Any) -> None:
    model, heads = tiny_model(family), [(0, 2), (1, 0), (1, 3)]
    together = _states(model, SEQUENCES, heads, replace)
    for row, sequence in enumerate(SEQUENCES):
        for alone, padded in zip(_states(model, [sequence], heads, replace), together, strict=True):
            torch.testing.assert_close(alone[0], padded[row, : len(sequence)], atol=5e-4, rtol=1e-3)


def test_attention_is_shown_beside_the_states_of_the_same_run(tiny_model: Any) -> None:
    model = tiny_model("esm")
    batch = model.encode(SEQUENCES)
    with leaving_out([(0, 1)], replace="uniform"):
        apart: list[torch.Tensor] = []
        model.attend(batch, whole_layers(lambda _, weights: apart.append(weights.clone())))
        beside: list[torch.Tensor] = []
        model.hidden_states(
            batch, lambda *_: None, attention=whole_layers(lambda _, weights: beside.append(weights.clone()))
        )
        with_special: list[torch.Tensor] = []
        model.attend_tokens(batch, whole_layers(lambda _, weights: with_special.append(weights.clone())))
    for one, other, whole in zip(apart, beside, with_special, strict=True):
        assert torch.equal(one, other)
        assert torch.equal(one[0], whole[0, :, 1:-1, 1:-1]), "all tokens of the longest, the special ones beside"
