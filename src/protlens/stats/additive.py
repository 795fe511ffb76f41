"""Sums of parts that add up to the sums of the whole."""

from dataclasses import fields
from typing import TypeVar

T = TypeVar("T", bound="Additive")


class Additive:
    """A dataclass all of whose fields are numbers or arrays that add up."""

    __slots__ = ()

    def __add__(self: T, other: T) -> T:
        """Return the sums over both parts."""
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in names))
