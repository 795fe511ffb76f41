"""Everything that decides what a training run computes, and the defaults of the four models."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch

from minis.architectures import Shape
from minis.schedule import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One training run.

    Parameters
    ----------
    family
        ``bert``, ``albert``, ``xlnet`` or ``esm``.
    shape, budget
        Of the model, and of its training.
    tokens, passes
        Tokens of a forward pass, and passes of one update of the weights.
    learning_rate, warm_up, weight_decay
        The highest rate, when it is reached as a share of the budget, and AdamW's decay of matrices.
    rows, late_rows, late
        Lengths of rows in tokens; those of the last part of the training; where that begins, as a share of the budget.
    least_cluster, power
        Smaller clusters are left out; a cluster is drawn as its size to this power.
    held_out, validation_tokens
        The share of clusters that are never trained on, and how many of their tokens a report looks at.
    reports
        How many reports there are in the whole training.
    seed
        Of weights and batches.
    bfloat16, compiled, attention
        Whether matrices are multiplied in bfloat16, whether the layers are compiled, and which of transformers'
        implementations of attention is taken.
    """

    family: str
    shape: Shape
    budget: Budget
    tokens: int = 4096
    passes: int = 1
    learning_rate: float = 1e-3
    warm_up: float = 0.05
    weight_decay: float = 0.01
    rows: tuple[int, ...] = (64, 128)
    late_rows: tuple[int, ...] = (128, 256, 384, 512)
    late: float = 0.85
    least_cluster: int = 1
    power: float = 0.5
    held_out: float = 0.01
    validation_tokens: int = 65536
    reports: int = 40
    seed: int = 0
    bfloat16: bool = True
    compiled: bool = True
    attention: str = "eager"

    def as_json(self) -> dict[str, Any]:
        """Return all settings as JSON has them."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


SHAPES: Mapping[str, Shape] = {
    "mini-bert": Shape(layers=8, heads=8, width=256),
    "mini-albert": Shape(layers=8, heads=16, width=512),
    "mini-xlnet": Shape(layers=8, heads=8, width=256),
    "mini-esm": Shape(layers=8, heads=8, width=256),
}
"""Shapes of the models by name, on a GPU; the family is what follows ``mini-``."""

_BY_DEVICE: Mapping[str, Mapping[str, Any]] = {
    "cpu": {
        "shape": Shape(layers=6, heads=8, width=192),
        "tokens": 4096,
        "learning_rate": 4e-4,
        "warm_up": 0.02,
        "late_rows": (128, 256, 512),
        "late": 0.9,
        "least_cluster": 100,
        "held_out": 0.05,
        "validation_tokens": 32768,
        "reports": 12,
    },
    "cuda": {"tokens": 65536, "passes": 2, "learning_rate": 1e-3, "validation_tokens": 1 << 20, "reports": 12},
}
"""A GPU sees enough in minutes for all clusters, and takes larger steps. On a CPU the four models have one shape, and
only families of a hundred are taken: those are seen often enough to leave a trace."""

_BY_FAMILY: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("cpu", "xlnet"): {
        "shape": Shape(layers=6, heads=8, width=192, spread=0.05),
        "tokens": 2048,
        "learning_rate": 8e-4,
        "rows": (64,),
        "late_rows": (128,),
        "late": 0.95,
        "compiled": False,
    },
    ("cuda", "bert"): {"attention": "sdpa"},
    ("cuda", "albert"): {"attention": "sdpa"},
    ("cuda", "esm"): {"attention": "sdpa"},
    ("cuda", "xlnet"): {"tokens": 16384, "passes": 8},
}
"""XLNet keeps whole matrices of attention, two in each layer. On a CPU it therefore gets short rows, and gains nothing
from compilation; its embeddings are not normalised, so wider first weights let the first layer learn. For the others
sdpa takes twice as long there as eager attention."""


def defaults(name: str, device: torch.device) -> Settings:
    """Return the settings of a model by its name, with a budget of an hour.

    Matrices are multiplied in bfloat16 where the processor has instructions for it.
    """
    family = name.removeprefix("mini-")
    chosen = {**_BY_DEVICE[device.type], **_BY_FAMILY.get((device.type, family), {})}
    bfloat16 = device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    base: dict[str, Any] = {"family": family, "shape": SHAPES[name], "budget": Budget(minutes=60), "bfloat16": bfloat16}
    return Settings(**base | chosen)
