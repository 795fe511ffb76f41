"""Chains of one entry as one protein, for models that read several chains in one input."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.data.identifiers import is_registered
from protlens.data.kept_rows import collect
from protlens.data.protein import UNKNOWN, Annotation, Protein
from protlens.errors import OptionError, explain
from protlens.typing import Coordinates, PathInput

_Group: TypeAlias = list[int]
"""Positions of the chains that become one protein."""


def join_chains(dataset: PathInput | Dataset, *, max_length: int | None = None, linker: int = 0) -> Dataset:
    """Return a dataset in which the chains of an entry are one protein, ``7HVP.A+B``.

    Chains are of one entry if their ids are ``ENTRY.CHAIN`` with the chain's own name, or, where chains have no names,
    with an identifier of the PDB before the last dot. They stand in the order of the dataset, identical ones too, at
    the place of the first; coordinates stay as they are, so they must be of one structure. What is known of some chains
    alone is unknown in the others. Other proteins stay as they are.

    Clusters that an entry brings together become one, for all proteins of the dataset: a split that keeps clusters
    together never has a chain on one side and a relative of it, within a complex, on the other.

    Parameters
    ----------
    dataset
        A name of the catalog, a file, or a dataset. One made of structures must have kept identical chains
        (``build_dataset(..., unique=False)``), or has no homo-oligomers.
    max_length
        An entry whose chains have more residues together stays in single chains; None joins all.
    linker
        Residues of a linker that a model will read between two chains, which count too.

    Raises
    ------
    OptionError
        If a length is no length.

    Examples
    --------
    >>> chains = protlens.Dataset("protease", protlens.read_structure("structures/7hvp.pdb.gz"))
    >>> protlens.join_chains(chains)[0]
    Protein('7HVP.A+B': 198 residues in 2 chains, PQITLWQRPLVTIRIGGQLKEALL…; 3di, binding_site, ..., CA, CB)
    """
    if max_length is not None and max_length < 1:
        raise OptionError(explain(f"max_length {max_length}", allowed="1 or more"))
    if linker < 0:
        raise OptionError(explain(f"linker {linker}", allowed="0 or more"))
    chains = as_dataset(dataset)
    groups = _groups(chains, max_length, linker)
    if len(groups) == len(chains):
        return chains
    joined = collect(chains.name, (_joined([chains[place] for place in group]) for group in groups), None)
    return joined.with_clusters(_clusters(groups, chains.clusters))


def _groups(chains: Dataset, max_length: int | None, linker: int) -> list[_Group]:
    """Return the positions that become one protein each, in the order of their first."""
    entries: dict[str, _Group] = {}
    for place, (name, chain) in enumerate(zip(chains.ids, chains.chains, strict=True)):
        entries.setdefault(_entry(name, chain) or f".{name}", []).append(place)
    lengths = chains.lengths
    groups: list[_Group] = []
    for group in entries.values():
        room = sum(lengths[place] for place in group) + linker * (len(group) - 1)
        fits = max_length is None or room <= max_length
        groups += [group] if fits else [[place] for place in group]
    return sorted(groups)


def _entry(name: str, chain: str) -> str:
    """Return the entry of a chain by its id, or an empty text."""
    if chain:
        return name.removesuffix(f".{chain}") if name.endswith(f".{chain}") else ""
    entry = name.rpartition(".")[0]
    return entry if is_registered(entry) else ""


def _joined(chains: Sequence[Protein]) -> Protein:
    """Return chains of one entry as one protein."""
    first = chains[0]
    if len(chains) == 1:
        return first
    starts = np.cumsum([0, *map(len, chains)])[:-1].tolist()
    entry, names = _entry(first.id, first.chain), [one.chain or one.id.rpartition(".")[2] for one in chains]
    tracks = sorted({name for one in chains for name in one.tracks})
    numbered = any(one.residue_numbers for one in chains)
    begins = [start + place for one, start in zip(chains, starts, strict=True) for place in (0, *one.chain_starts)]
    return Protein(
        id=f"{entry}.{'+'.join(names)}",
        sequence="".join(one.sequence for one in chains),
        tracks={name: "".join(one.tracks.get(name, UNKNOWN * len(one)) for one in chains) for name in tracks},
        ca=_points(chains, "ca"),
        cb=_points(chains, "cb"),
        residue_numbers=tuple(
            number for one in chains for number in (one.residue_numbers or [""] * len(one)) if numbered
        ),
        chain="+".join(names),
        annotations=tuple(_moved(chains, starts)),
        title=" / ".join(_each_once(one.title for one in chains)),
        organism=" / ".join(_each_once(one.organism for one in chains)),
        chain_starts=tuple(begins[1:]),
    )


def _points(chains: Sequence[Protein], atom: Literal["ca", "cb"]) -> Coordinates | None:
    """Return positions of all, NaN for a chain that has none; None if no chain has any."""
    given: list[Coordinates | None] = [getattr(one, atom) for one in chains]
    if all(points is None for points in given):
        return None
    return np.concatenate(
        [
            np.full((len(one), 3), np.nan, np.float32) if points is None else points
            for one, points in zip(chains, given, strict=True)
        ]
    )


def _moved(chains: Sequence[Protein], starts: Sequence[int]) -> Iterable[Annotation]:
    for one, start in zip(chains, starts, strict=True):
        for note in one.annotations:
            yield replace(note, residues=tuple(start + place for place in note.residues))


def _each_once(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]


def _clusters(groups: Sequence[_Group], clusters: Sequence[str]) -> list[str]:
    """Return the cluster of each group: the names of all that groups bring together, joined by ``+``.

    A chain that names none says nothing of its group.
    """
    together: dict[str, set[str]] = {}
    named = [[clusters[place] for place in group if clusters[place]] for group in groups]
    for names in named:
        family = set(names).union(*(together[name] for name in names if name in together))
        together.update(dict.fromkeys(family, family))
    return ["+".join(sorted(together[names[0]])) if names else "" for names in named]
