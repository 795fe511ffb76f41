"""Checkpoints whose tensors were renamed for other code, and which to take instead."""

from collections.abc import Iterable
from typing import Any

KIND = "nv_esm"
"""The ``model_type`` of ESM-2 as it was written for TransformerEngine."""

_MARKS = ("layernorm_qkv", "layernorm_mlp", ".self_attention.proj.")
_ESM2 = {
    6: "esm2_t6_8M_UR50D",
    12: "esm2_t12_35M_UR50D",
    30: "esm2_t30_150M_UR50D",
    33: "esm2_t33_650M_UR50D",
    36: "esm2_t36_3B_UR50D",
    48: "esm2_t48_15B_UR50D",
}


def to_take_instead(layers: Any) -> str:
    """Return what to do about an ESM-2 of so many layers that was written for TransformerEngine."""
    return f"take facebook/{_ESM2.get(layers, 'esm2_...')}, the same model with the tensors that transformers reads"


def is_remapped(tensors: Iterable[str]) -> bool:
    """Whether names of tensors are those of TransformerEngine."""
    return any(mark in name for name in tensors for mark in _MARKS)
