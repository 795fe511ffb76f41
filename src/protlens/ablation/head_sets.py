"""Sets of heads that are left out together: those asked for, the best of a run, and random ones like them."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain, combinations, product
from math import comb, prod
from typing import TypeAlias

import numpy as np

from protlens.errors import OptionError, RunError, explain
from protlens.heads import head_label, parse_head_label
from protlens.models.protocol import ModelInfo
from protlens.runs.store import Run
from protlens.stats.head_statistics import named_order
from protlens.stats.run_tables import read_tables

HeadSet: TypeAlias = tuple[tuple[int, int], ...]
"""Zero-based layers and heads, ascending, each once."""


def head_set(heads: Iterable[tuple[int, int]]) -> HeadSet:
    """Return heads in their order, each once."""
    return tuple(sorted(set(heads)))


def set_label(heads: HeadSet) -> str:
    """Return the labels of heads, joined by commas: ``"5-3,6-2"``."""
    return ",".join(head_label(*head) for head in heads)


def parse_heads(labels: str | Iterable[str], model: ModelInfo) -> HeadSet:
    """Return the heads of some labels.

    Parameters
    ----------
    labels
        ``"5-3,6-2"``, or one label at a time.
    model
        Whose heads they are.

    Raises
    ------
    OptionError
        If there is none, or the model does not have it.
    """
    given = labels.split(",") if isinstance(labels, str) else list(labels)
    heads = head_set(parse_head_label(label.strip()) for label in given)
    last = head_label(model.layers - 1, model.heads - 1)
    for layer, head in heads:
        if layer >= model.layers or head >= model.heads:
            raise OptionError(
                explain(
                    f"head {head_label(layer, head)!r} of {model.name}", found="no such head", allowed=f"1-1 to {last}"
                )
            )
    if not heads:
        raise OptionError(explain("heads to leave out", found="none", allowed=f"1-1 to {last}"))
    return heads


def best_heads(run: Run, name: str, *, top: int) -> HeadSet:
    """Return the heads of a run that follow a property best, in the order in which its summary names them.

    Parameters
    ----------
    run
        A finished run.
    name
        The property.
    top
        How many heads.

    Raises
    ------
    OptionError
        If the run was not made for this property.
    RunError
        If shards are missing, or no head of it has enough arcs.
    """
    heads = read_tables(run).heads
    if name not in run.manifest.properties:
        raise OptionError(explain(f"property {name!r} of run {run.path}", allowed=list(run.manifest.properties)))
    ordered = named_order(heads.filter("supported", property=name)).head(top)
    if ordered.is_empty():
        raise RunError(explain(f"heads of run {run.path} for {name!r}", found="no head has enough arcs"))
    return head_set(ordered.select("layer", "head").iter_rows())


def random_sets(heads: HeadSet, *, per_layer: int, draws: int, seed: int) -> list[HeadSet]:
    """Return other sets of as many heads of the same layers, each once; all there are if those are no more.

    A set may hold some of the given heads, not all of them.

    Parameters
    ----------
    heads
        What the sets are compared with.
    per_layer
        Heads of each layer.
    draws
        The most sets.
    seed
        Random seed of the draw.
    """
    wanted = sorted(Counter(layer for layer, _ in heads).items())
    possible = prod(comb(per_layer, count) for _, count in wanted) - 1
    if possible <= draws:
        parts = [combinations([(layer, head) for head in range(per_layer)], n) for layer, n in wanted]
        every = [head_set(chain.from_iterable(chosen)) for chosen in product(*parts)]
        return [one for one in every if one != heads]
    rng = np.random.default_rng(seed)
    found: dict[HeadSet, None] = {}
    while len(found) < draws:
        drawn = head_set(
            (layer, int(head)) for layer, n in wanted for head in rng.choice(per_layer, size=n, replace=False)
        )
        if drawn != heads:
            found[drawn] = None
    return list(found)
