"""Names for things that others can add: datasets, models and properties.

A registry maps names to objects. Another package adds to it by an entry point in the registry's group, so that
installing the package is enough::

    [project.entry-points."protlens.datasets"]
    my-proteins = "my_package:my_proteins"
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from protlens.errors import UnknownNameError, explain

T = TypeVar("T")


def each_name(names: str | Iterable[str | T]) -> list[str | T]:
    """Return names as a list; a single string is one name, not its letters."""
    return [names] if isinstance(names, str) else list(names)


def nearest(name: str, names: list[str]) -> list[str]:
    """Return up to three of the names that resemble the given one, best first."""
    by_lower = {candidate.lower(): candidate for candidate in names}
    close = difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.5)
    return [by_lower[candidate] for candidate in close]


_MOST_LISTED, _MOST_ALIKE = 8, 5
"""So many names are listed; of more the five that are most alike, however little that is."""


def _most_alike(name: str, names: list[str]) -> list[str]:
    by_lower = {candidate.lower(): candidate for candidate in names}
    alike = difflib.get_close_matches(name.lower(), by_lower, n=_MOST_ALIKE, cutoff=0)
    return [by_lower[candidate] for candidate in alike]


def unknown_name(kind: str, name: str, names: list[str], *, hint: str | None = None) -> UnknownNameError:
    """Build the error for a name that is not known, with the nearest names, or else all if they are few."""
    close = nearest(name, names)
    found = f"not known; did you mean {' or '.join(close)}?" if close else "not known"
    if not close and len(names) > _MOST_LISTED:
        names = [*_most_alike(name, names), f"and {len(names) - _MOST_ALIKE} more"]
    allowed = None if close else names
    return UnknownNameError(explain(f"{kind} {name!r}", found=found, allowed=allowed, hint=hint))


class Registry(Generic[T]):
    """Objects by name, with those that installed packages add.

    Parameters
    ----------
    kind
        What the objects are, in the singular, for messages: ``"dataset"``.
    group
        The entry-point group, ``"protlens.datasets"``.
    built_in
        The objects that protlens brings itself; they win over entry points of the same name.
    """

    def __init__(self, kind: str, group: str, built_in: Mapping[str, T]) -> None:
        self.kind = kind
        self.group = group
        self._built_in = dict(built_in)

    @cached_property
    def _added(self) -> dict[str, T]:
        return {point.name: point.load() for point in entry_points(group=self.group)}

    def __getitem__(self, name: str) -> T:
        """Return the object of that name; an unknown name raises UnknownNameError with the nearest ones."""
        if name in self._built_in:
            return self._built_in[name]
        if name in self._added:
            return self._added[name]
        raise unknown_name(self.kind, name, list(self))

    def __contains__(self, name: object) -> bool:
        """Whether the name is known."""
        return name in self._built_in or name in self._added

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names, those of protlens first."""
        return iter(dict.fromkeys([*self._built_in, *self._added]))

    def __len__(self) -> int:
        """Return the number of names."""
        return len(list(iter(self)))
