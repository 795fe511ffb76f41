"""Sums of parts that add up to the sums of the whole."""

from collections.abc import Sequence
from dataclasses import fields
from typing import TypeVar

import numpy as np

T = TypeVar("T", bound="Additive")


class Additive:
    """A dataclass all of whose fields are numbers or arrays that add up."""

    __slots__ = ()

    def __add__(self: T, other: T) -> T:
        """Return the sums over both parts."""
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in names))


def side_by_side(parts: Sequence[T]) -> T:
    """Return the arrays of several parts one after the other."""
    names = [field.name for field in fields(parts[0])]  # type: ignore[arg-type]
    return type(parts[0])(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
