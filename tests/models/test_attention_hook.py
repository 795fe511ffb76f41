import math
from typing import Any

import pytest
import torch
from transformers import AttentionInterface

from protlens.errors import ModelError
from protlens.models import attention_hook, query_blocks
from protlens.models.attention_hook import NAME, Capture, capturing, current
from protlens.models.protocol import Visitor, whole_layers


def _keeping(shown: list[torch.Tensor]) -> Visitor:
    return whole_layers(lambda _, weights: shown.append(weights.clone()))


@pytest.fixture(params=[None, 1, 7, 64])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let blocks be as large as they come, or have so many queries."""
    if request.param is not None:
        monkeypatch.setattr(attention_hook, "rows_of_block", lambda *_: request.param)


def _run(
    lengths: list[int], *, before: int = 1, after: int = 1, layers: int = 1, dtype: torch.dtype = torch.float32
) -> tuple[torch.Tensor, torch.Tensor, tuple[torch.Tensor, ...]]:
    torch.manual_seed(0)
    tokens = max(lengths) + before + after
    query, key, value = torch.randn(3, len(lengths), 2, tokens, 8).to(dtype).unbind()
    shown: list[torch.Tensor] = []
    capture = Capture(_keeping(shown), lengths, before=before, after=after, layers=layers)
    with capturing(capture):
        mixed = current().attend(query, key, value, scale=0.3)
    return shown[0], mixed, (query, key, value)


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("lengths", [[5], [1, 1], [40, 3, 17], [130, 128]])
@pytest.mark.parametrize(("before", "after"), [(1, 1), (0, 2), (0, 1), (0, 0)])
def test_weights_are_the_softmax_of_the_scores_between_residues(lengths: list[int], before: int, after: int) -> None:
    shown, mixed, (query, key, value) = _run(lengths, before=before, after=after)
    assert shown.shape == (len(lengths), 2, max(lengths), max(lengths))
    for row, length in enumerate(lengths):
        n = length + before + after
        q, k, v = (part[row, :, :n].double() for part in (query, key, value))
        weights = torch.softmax(0.3 * q @ k.transpose(1, 2), dim=-1)
        inner = slice(before, before + length)
        assert torch.allclose(shown[row, :, :length, :length].double(), weights[:, inner, inner], atol=1e-6)
        assert torch.allclose(mixed[row, :, :n].double(), weights @ v, atol=1e-5)
        assert not shown[row, :, length:].any()
        assert not shown[row, :, :, length:].any()


@pytest.mark.parametrize("at_once", [1, 7, 64, 1000])
@pytest.mark.parametrize("tokens", [1, 2, 65, 512, 2048])
def test_blocks_are_even_and_cover_all_queries(tokens: int, at_once: int) -> None:
    blocks = query_blocks.even_blocks(tokens, at_once)
    assert [place for rows in blocks for place in range(rows.start, rows.stop)] == list(range(tokens))
    sizes = [rows.stop - rows.start for rows in blocks]
    assert max(sizes) == sizes[0] <= math.ceil(1.1 * at_once)
    assert sizes[0] - min(sizes) <= 1


def test_blocks_fill_their_memory_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(query_blocks.BLOCK_BYTES, "cpu", 4 * 2 * 100 * 40)
    monkeypatch.setattr(query_blocks, "LEAST_ROWS", 16)
    sizes: list[tuple[int, int]] = []
    query, key, value = torch.randn(3, 1, 2, 100, 8).unbind()

    def visit(_: int, weights: torch.Tensor, first: int = 0) -> None:
        sizes.append((first, weights.shape[2]))

    Capture(visit, [98], before=1, after=1, layers=1).attend(query, key, value, scale=1.0)
    assert sizes == [(0, 33), (33, 33), (66, 32)]
    assert query_blocks.rows_of_block(1 << 40, "cpu") == query_blocks.LEAST_ROWS
    assert query_blocks.rows_of_block(1 << 20, "cuda") > query_blocks.rows_of_block(1 << 20, "cpu")


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("of_queries", [1, 7])
def test_what_is_added_is_added_to_the_scores(of_queries: int) -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 3, 2, 7, 8).unbind()
    bias, mask = torch.randn(1, 2, of_queries, 7), torch.tril(torch.ones(7, 7, dtype=torch.bool)).expand(3, 1, 7, 7)
    shown: list[torch.Tensor] = []
    capture = Capture(_keeping(shown), [7, 7, 7], before=0, after=0, layers=1)
    with capturing(capture):
        AttentionInterface()[NAME](torch.nn.Module(), query, key, value, mask, scaling=0.5, position_bias=bias)
    scores = (0.5 * query @ key.transpose(2, 3) + bias).masked_fill(~mask, -torch.inf)
    assert torch.allclose(shown[0], scores.softmax(-1), atol=1e-6)


@pytest.mark.parametrize("lengths", [[9, 9], [9, 4]])
def test_values_that_are_mixed_apart_are_the_same(lengths: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    shown, mixed, _ = _run(lengths)
    monkeypatch.setattr(attention_hook, "values_apart", lambda _: True)
    calls: list[object] = []
    function = torch.nn.functional.scaled_dot_product_attention
    monkeypatch.setattr(
        torch.nn.functional,
        "scaled_dot_product_attention",
        lambda *given, **named: (calls.append(given), function(*given, **named))[1],
    )
    same, apart, _ = _run(lengths)
    assert len(calls) == 1
    assert torch.equal(shown, same)
    for row, length in enumerate(lengths):
        assert torch.allclose(mixed[row, :, : length + 2], apart[row, :, : length + 2], atol=1e-5)
    _called(softcap=2.0)
    _called(s_aux=torch.zeros(4))
    _called(position_bias=torch.zeros(1, 4, 9, 9))
    assert len(calls) == 1, "what torch's function does not do stays with the weights"


def test_bfloat16_scores_keep_float32_precision() -> None:
    shown, mixed, (query, key, _) = _run([30, 20], dtype=torch.bfloat16)
    assert mixed.dtype == torch.bfloat16
    exact = torch.softmax(0.3 * query[0].double() @ key[0].double().transpose(1, 2), dim=-1)[:, 1:31, 1:31]
    assert torch.allclose(shown[0].double(), exact, atol=1e-6)


def test_padding_after_the_longest_chain_is_masked_too() -> None:
    query, key, value = torch.randn(3, 1, 2, 9, 4).unbind()
    shown: list[torch.Tensor] = []
    capture = Capture(_keeping(shown), [4], before=1, after=1, layers=1)
    capture.attend(query, key, value, scale=1.0)
    weights = torch.softmax(query[:, :, :6] @ key[:, :, :6].transpose(2, 3), dim=-1)
    assert torch.allclose(shown[0], weights[:, :, 1:5, 1:5], atol=1e-6)


def test_a_layer_too_few_is_refused() -> None:
    with pytest.raises(ModelError, match="it showed the attention of 1 of 2 layers"):
        _run([3], layers=2)


def test_a_layer_too_many_is_refused_before_it_is_shown() -> None:
    visited: list[int] = []
    query, key, value = torch.randn(3, 1, 2, 5, 4).unbind()
    capture = Capture(lambda layer, *_: visited.append(layer), [3], before=1, after=1, layers=1)
    capture.attend(query, key, value, scale=1.0)
    with pytest.raises(ModelError, match="more often than its 1 layers"):
        capture.attend(query, key, value, scale=1.0)
    assert visited == [0]


def test_captures_do_not_see_each_other() -> None:
    outer, inner = (Capture(lambda *_: None, [1], before=0, after=0, layers=0) for _ in range(2))
    with capturing(outer):
        with capturing(inner):
            assert current() is inner
        assert current() is outer
    with pytest.raises(LookupError):
        current()


def _called(heads: int = 4, **arguments: Any) -> tuple[torch.Tensor, torch.Tensor, tuple[torch.Tensor, ...]]:
    """Call the attention function as transformers does, keys and values shared by pairs of heads."""
    torch.manual_seed(0)
    query, (key, value) = torch.randn(2, heads, 9, 8), torch.randn(2, 2, 2, 9, 8).unbind()
    shown: list[torch.Tensor] = []
    capture = Capture(_keeping(shown), [9, 9], before=0, after=0, layers=1)
    with capturing(capture):
        mixed, _ = AttentionInterface()[NAME](torch.nn.Module(), query, key, value, None, **arguments)
    return shown[0], mixed, (query, key, value)


@pytest.mark.usefixtures("rows")
def test_heads_share_keys_in_their_order() -> None:
    shown, mixed, (query, key, value) = _called(scaling=0.5)
    for head in range(4):
        weights = torch.softmax(0.5 * query[:, head] @ key[:, head // 2].transpose(1, 2), -1)
        assert torch.allclose(shown[:, head], weights, atol=1e-6)
        assert torch.allclose(mixed[:, :, head], weights @ value[:, head // 2], atol=1e-6)


@pytest.mark.usefixtures("rows")
def test_scores_are_capped_before_bias() -> None:
    bias = torch.randn(1, 4, 9, 9)
    shown, _, (query, key, _) = _called(softcap=2.0, position_bias=bias)
    scores = query @ key.repeat_interleave(2, 1).transpose(2, 3) / 8**0.5
    assert torch.allclose(shown, torch.softmax(2 * torch.tanh(scores / 2) + bias, -1), atol=1e-6)


@pytest.mark.usefixtures("rows")
def test_a_sink_takes_its_share_and_is_not_shown() -> None:
    sinks = torch.tensor([0.5, -3.0, 4.0, 100.0])
    shown, _, (query, key, _) = _called(s_aux=sinks)
    scores = query @ key.repeat_interleave(2, 1).transpose(2, 3) / 8**0.5
    beside = torch.cat([scores, sinks.view(1, 4, 1, 1).expand(2, 4, 9, 1)], -1)
    assert torch.allclose(shown, torch.softmax(beside, -1)[..., :-1], atol=1e-6)


def test_an_argument_that_is_not_known_is_refused_by_its_name() -> None:
    _called(indexer=None, sliding_window=3, is_causal=True)
    with pytest.raises(ModelError, match="hands its attention function indexer, which protlens does not know"):
        _called(indexer=torch.ones(1))


def test_cross_attention_is_refused() -> None:
    capture = Capture(lambda *_: None, [9], before=0, after=0, layers=1)
    with pytest.raises(ModelError, match="9 tokens of 4 heads look at 7 of 4 heads"):
        capture.attend(torch.randn(1, 4, 9, 8), *torch.randn(2, 1, 4, 7, 8), scale=1.0)


def test_another_number_of_heads_is_refused() -> None:
    query, key, value = torch.randn(3, 1, 2, 5, 4).unbind()
    capture = Capture(lambda *_: None, [3], before=1, after=1, layers=1, heads=4)
    with pytest.raises(ModelError, match=r"layer 1 has 2 heads, and config\.json says 4"):
        capture.attend(query, key, value, scale=1.0)
