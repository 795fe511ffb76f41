"""Where the attention of each head goes, protein by protein, beside where chance would send it.

A head's attention in a protein is reduced where it is, layer by layer. Chance keeps how much each residue gives to
others and spreads it evenly over those that the residue can see; a causal layer is thus offered less than all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from protlens.attention.batches import length_batches, within_memory
from protlens.behaviour.behaviour_shares import BehaviourShares
from protlens.behaviour.behaviours import END_RESIDUES, OFFSETS
from protlens.behaviour.chain import Chain, chain_of, similar_letters
from protlens.data.protein import AMINO_ACIDS, Protein
from protlens.errors import ModelError, explain
from protlens.models.protocol import AttentionModel, LayerAttention, encode_proteins, reach_by_layer, whole_layers
from protlens.reach import distinct
from protlens.typing import Progress

TOKENS = 1024
"""The most residues of a batch, padding included."""

VARIANTS: dict[str, tuple[str | None, ...]] = {
    "offset": tuple(f"i{k:+d}" for k in OFFSETS),
    "self": (None,),
    "beginning": (None,),
    "end": (None,),
    "turn_spacing": (None,),
    "helix": (None,),
    "contact": (None,),
    "strand_partner": (None,),
    "amino_acid": tuple(AMINO_ACIDS),
    "same_amino_acid": (None,),
    "similar_amino_acid": (None,),
    "one_residue": (None,),
    "special": (None,),
}
"""The variants of each behaviour that is measured here; None for one without variants. The run decides on contacts."""


OfHeads = Float[Tensor, "head ..."]
MeasuredShares = Mapping[str, tuple[OfHeads, OfHeads]]
"""By behaviour the share and its baseline, NaN where there is none."""


def measure_heads(
    model: AttentionModel, proteins: Sequence[Protein], *, on_progress: Progress = lambda done, total: None
) -> dict[str, BehaviourShares]:
    """Run a model over proteins and return the shares of each behaviour of :data:`VARIANTS`.

    Parameters
    ----------
    model, proteins
        The proteins fit the model's input.
    on_progress
        Called with the proteins done and the proteins in all.
    """
    shape = (2, len(proteins), model.info.layers, model.info.heads)
    found = {name: np.full((*shape, len(variants)), np.nan) for name, variants in VARIANTS.items()}
    asked: dict[str, list[float]] = {}
    reach = reach_by_layer(model)

    def visit(place: int, protein: Protein, special: int) -> Callable[[int, Tensor], None]:
        chains = {one: chain_of(protein, one, model.device) for one in distinct(reach)}
        for name, part in chains[reach[0]].asked().items():
            asked.setdefault(name, []).append(part)

        def reduce(layer: int, weights: Tensor) -> None:
            for name, pair in measure_layer(weights, chains[reach[layer]], special=special).items():
                found[name][:, place, layer] = torch.stack(pair).double().cpu().numpy()

        return reduce

    attend_to_each(model, proteins, visit, on_progress=on_progress)
    return {
        name: BehaviourShares(share, baseline, VARIANTS[name], float(np.mean(asked.get(name, [1.0]))))
        for name, (share, baseline) in found.items()
    }


def attend_to_each(
    model: AttentionModel,
    proteins: Sequence[Protein],
    visit: Callable[[int, Protein, int], Callable[[int, Tensor], None]],
    *,
    on_progress: Progress = lambda done, total: None,
) -> None:
    """Run a model over proteins in batches and hand out the attention of each layer protein by protein.

    Parameters
    ----------
    model, proteins
        The proteins fit the model's input.
    visit
        From a protein's place, the protein and the number of its special tokens to what takes a layer and its attention
        within this protein, ``float32 [head, query, key]``, valid only during the call.
    on_progress
        Called with the proteins done and the proteins in all.

    Raises
    ------
    ModelError
        If the memory does not suffice for one protein.
    """
    done = 0
    for places in length_batches([len(protein) for protein in proteins], TOKENS):
        for part in _that_fit(model, proteins, places, visit):
            done += part
            on_progress(done, len(proteins))


def _that_fit(
    model: AttentionModel,
    proteins: Sequence[Protein],
    places: Sequence[int],
    visit: Callable[[int, Protein, int], Callable[[int, Tensor], None]],
) -> Iterator[int]:
    """Run a batch, in halves where the memory is short, and yield how many proteins are done."""
    chosen = [proteins[place] for place in places]
    if within_memory(lambda: _attend(model, chosen, places, visit)):
        yield len(places)
    elif len(places) > 1:
        half = len(places) // 2
        yield from _that_fit(model, proteins, places[:half], visit)
        yield from _that_fit(model, proteins, places[half:], visit)
    else:
        hint = "use a smaller model, or a machine with more memory"
        asked = f"attention within {len(chosen[0])} residues"
        raise ModelError(explain(asked, found="too long for the memory", hint=hint))


def _attend(
    model: AttentionModel,
    proteins: Sequence[Protein],
    places: Sequence[int],
    visit: Callable[[int, Protein, int], Callable[[int, Tensor], None]],
) -> bool:
    batch = encode_proteins(model, proteins)
    special = [int(tokens) - length for tokens, length in zip(batch.mask.sum(1), batch.lengths, strict=True)]
    each = [visit(*one) for one in zip(places, proteins, special, strict=True)]

    def layer_by_layer(layer: int, weights: LayerAttention) -> None:
        for row, (reduce, length) in enumerate(zip(each, batch.lengths, strict=True)):
            reduce(layer, weights[row, :, :length, :length])

    with torch.inference_mode():
        model.attend(batch, whole_layers(layer_by_layer))
    return True


def measure_layer(weights: Float[Tensor, "head query key"], chain: Chain, *, special: int) -> MeasuredShares:
    """Return the shares of each behaviour in one protein, and their baselines.

    Parameters
    ----------
    weights
        Attention of one layer within one protein.
    chain
        What the protein offers.
    special
        Special tokens beside its residues; at least one is assumed, since rows may sum to less than one.
    """
    rows = weights.sum(2)
    given = rows.sum(1, keepdim=True)
    evenly = rows / chain.visible.sum(1).clamp_min(1)
    columns, expected = weights.sum(1), evenly @ chain.visible
    length, tokens = weights.shape[1], max(special, 1)
    ends = (slice(None, END_RESIDUES), slice(max(length - END_RESIDUES, 0), None))
    offsets, offered = _offsets(weights), evenly @ chain.offsets
    pairs: dict[str, tuple[Tensor, Tensor]] = {
        "offset": (offsets[:, :-1], offered[:, :-1]),
        "self": (offsets[:, -1:], offered[:, -1:]),
        "turn_spacing": _turns(offsets, offered),
        **{
            name: (columns[:, where].sum(1, keepdim=True), expected[:, where].sum(1, keepdim=True))
            for name, where in zip(("beginning", "end"), ends, strict=True)
        },
        "one_residue": (columns.amax(1, keepdim=True), expected.amax(1, keepdim=True)),
    }
    shares = {name: (_ratio(found, given), _ratio(chance, given)) for name, (found, chance) in pairs.items()}
    to_special = (1 - given / length).clamp_min(0)
    shares["special"] = (to_special, torch.full_like(to_special, tokens / (tokens + length)))
    return {**shares, **_letters(weights, chain), **_helix(weights, rows, chain), **_touching(weights, rows, chain)}


def _offsets(weights: Tensor) -> OfHeads:
    """Return the attention at each of OFFSETS, then that to the residue itself."""
    return torch.stack([weights.diagonal(k, 1, 2).sum(1) for k in (*OFFSETS, 0)], 1)


def _turns(offsets: OfHeads, offered: OfHeads) -> tuple[OfHeads, OfHeads]:
    """Return twice the lesser of what goes to |i-j| = 3 and to 4, and what goes to 2 and 5, or would by chance."""
    at, even = (
        {k: both[:, [OFFSETS.index(-k), OFFSETS.index(k)]].sum(1) for k in _TURN} for both in (offsets, offered)
    )
    beside = torch.maximum(at[2] + at[5], even[3] + even[4])
    return 2 * torch.minimum(at[3], at[4])[:, None], beside[:, None]


_TURN = (2, 3, 4, 5)


def _helix(weights: Tensor, rows: Tensor, chain: Chain) -> dict[str, tuple[OfHeads, OfHeads]]:
    """Return what residues in helices give to |i-j| = 3 and 4, beside that to 2 and 5 and that of other residues."""
    if chain.helix is None:
        return {}
    given = rows @ chain.helix.T
    inside, outside = (
        {k: _from(weights, state, -k) + _from(weights, state, k) for k in _TURN} for state in chain.helix
    )
    turn, elsewhere = (2 * torch.minimum(at[3], at[4])[:, None] for at in (inside, outside))
    beside = (inside[2] + inside[5])[:, None]
    share, *baselines = (_ratio(found, given[:, [state]]) for found, state in ((turn, 0), (beside, 0), (elsewhere, 1)))
    return {"helix": (share, torch.maximum(*baselines))}


def _from(weights: Tensor, queries: Tensor, offset: int) -> Float[Tensor, " head"]:
    """Return the attention of some residues at an offset."""
    chosen = queries[: max(len(queries) - offset, 0)] if offset > 0 else queries[-offset:]
    return weights.diagonal(offset, 1, 2) @ chosen


def _letters(weights: Tensor, chain: Chain) -> dict[str, tuple[OfHeads, OfHeads]]:
    """Return what goes to each amino acid, to the same and to similar ones, among residues other than itself."""
    itself = weights.diagonal(0, 1, 2)[..., None] * chain.keys
    by_key = weights @ chain.keys - itself
    by_key = by_key.clamp_min(0) * chain.queries.sum(1, keepdim=True)
    share_of_each = by_key.sum(2) / chain.offered.sum(1).clamp_min(1)
    found = chain.queries.T @ by_key
    chance = chain.queries.T @ (share_of_each[..., None] * chain.offered)
    total = found.sum((1, 2))[:, None]
    own = found.sum(2)[:, :, None] * found.sum(1)[:, None] / total[..., None]
    alike = torch.eye(len(AMINO_ACIDS), device=weights.device)
    similar = torch.from_numpy(similar_letters()).to(weights.device)
    shares = {"amino_acid": (_ratio(found.sum(1), total), _ratio(chance.sum(1), total))}
    for name, pairs in (("same_amino_acid", alike), ("similar_amino_acid", similar)):
        on_pairs = [(values * pairs).sum((1, 2))[:, None] for values in (found, chance, own)]
        shares[name] = (_ratio(on_pairs[0], total), _ratio(torch.maximum(*on_pairs[1:]), total))
    return shares


def _touching(weights: Tensor, rows: Tensor, chain: Chain) -> dict[str, tuple[OfHeads, OfHeads]]:
    """Return what goes to residues that touch, and what would go there if only separation decided."""
    shares = {}
    for name, pairs in (("contact", chain.contacts), ("strand_partner", chain.partners)):
        if pairs is not None:
            found = weights.reshape(len(weights), -1) @ pairs.classes
            given, expected = (rows @ pairs.queries)[:, None], (found[:, 1:] @ pairs.rate)[:, None]
            shares[name] = (_ratio(found[:, :1], given), _ratio(expected, given))
    return shares


LEAST_GIVEN = 1e-6
"""Attention below this is none: a protein in which a head gives no more to residues has no vote on it."""


def _ratio(found: Tensor, given: Tensor) -> Tensor:
    return torch.where(given > LEAST_GIVEN, found / given.clamp_min(LEAST_GIVEN), torch.nan)
