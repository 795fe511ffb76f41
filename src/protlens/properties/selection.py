"""Properties by name: those a dataset has labels for, those asked for, and how a manifest writes and reads them."""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import is_dataclass, replace
from typing import Literal, TypeAlias

from protlens.data.catalog import as_dataset
from protlens.data.dataset import Dataset
from protlens.data.protein import AMINO_ACIDS, UNKNOWN
from protlens.errors import OptionError, explain
from protlens.properties.mask import Property
from protlens.properties.pair import Contact, Disulfide, InterContact, lacks_cb
from protlens.properties.residue import AminoAcid, TrackProperty
from protlens.registry import Registry, each_name, unknown_name
from protlens.typing import PathInput

_CLASSES = {kind.__name__: kind for kind in (Contact, InterContact, Disulfide, TrackProperty, AminoAcid)}


def write_definition(found: Property) -> str:
    """Return what decides where a property holds; of a class that is not of protlens, its name."""
    return repr(found) if is_dataclass(found) else f"{type(found).__module__}.{type(found).__qualname__}"


def read_definition(text: str) -> Property | None:
    """Return the property that :func:`write_definition` wrote, or None if its class is not one of protlens."""
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in _CLASSES:
        return None
    try:
        return _CLASSES[call.func.id](**{str(word.arg): ast.literal_eval(word.value) for word in call.keywords})
    except (TypeError, ValueError):
        return None


PropertyFamily: TypeAlias = Callable[[Dataset], Sequence[Property]]
"""From a dataset to the properties of a family that it has labels for."""

SECONDARY_STRUCTURE = {"helix": "HGI", "strand": "EB", "turn": "ST", "other": "C"}
"""Four classes of the eight DSSP states."""

REGIONS = {"cdr1": "1", "cdr2": "2", "cdr3": "3", "framework": "0"}
"""The regions of an antibody's V domain, by the characters of the track ``cdr``."""


def _contact(dataset: Dataset) -> list[Property]:
    return [Contact(), InterContact()]


def _secondary_structure(dataset: Dataset) -> list[Property]:
    return [
        TrackProperty(f"secondary_structure:{name}", "dssp", states) for name, states in SECONDARY_STRUCTURE.items()
    ]


def _disulfide(dataset: Dataset) -> list[Property]:
    return [Disulfide()]


def _antigen(dataset: Dataset) -> list[Property]:
    return [TrackProperty("antigen", "antigen")]


def _cdr(dataset: Dataset) -> list[Property]:
    """Return the regions; none if the track of this name is of ``0`` and ``1`` alone, as a label table brings it."""
    numbered = any(not set(protein.tracks.get("cdr", "")) <= {"0", "1", UNKNOWN} for protein in dataset)
    return [TrackProperty(name, "cdr", symbol) for name, symbol in REGIONS.items()] if numbered else []


def _amino_acid(dataset: Dataset) -> list[Property]:
    return [AminoAcid(letter) for letter in AMINO_ACIDS]


def _track_and_kinds(track: str) -> PropertyFamily:
    def family(dataset: Dataset) -> list[Property]:
        kinds = [name for name in dataset.tracks if name.startswith(f"{track}:")]
        return [TrackProperty(name, name) for name in (track, *kinds)]

    return family


PROPERTY_FAMILIES: Registry[PropertyFamily] = Registry(
    "property",
    "protlens.properties",
    {
        "contact": _contact,
        "disulfide": _disulfide,
        "cdr": _cdr,
        "antigen": _antigen,
        "binding_site": _track_and_kinds("binding_site"),
        "modification": _track_and_kinds("modification"),
        "secondary_structure": _secondary_structure,
        "amino_acid": _amino_acid,
    },
)
"""Families of properties by name; an installed package adds its own by an entry point."""

DEFAULT_FAMILIES = (
    "contact",
    "disulfide",
    "cdr",
    "antigen",
    "binding_site",
    "modification",
    "secondary_structure",
    "amino_acid",
)


def select_properties(
    dataset: PathInput | Dataset,
    names: str | Iterable[str] | None = None,
    *,
    contact_atom: Literal["CA", "CB"] = "CB",
) -> tuple[Property, ...]:
    """Return the properties of these names, in their order and each once.

    Parameters
    ----------
    dataset
        Decides which kinds and tracks there are: a name of the catalog, a file, or a dataset.
    names
        Families (``modification``), single classes (``modification:acetylation``), or tracks of the dataset, as a
        label table brings them; a track of other characters than ``0`` and ``1`` gives a property for each of
        them (``conservation:9``). None takes each default family that the dataset has labels for.
    contact_atom
        The atom between which contacts are measured.

    Raises
    ------
    UnknownNameError
        If a name is none of these, with the nearest that are.
    OptionError
        If no protein carries labels for a property that was asked for.

    Examples
    --------
    >>> [property.name for property in protlens.select_properties("pdb-mini", ["contact", "amino_acid:W"])]
    ['contact', 'amino_acid:W']
    """
    dataset = as_dataset(dataset)
    by_family = {
        family: _labelled(PROPERTY_FAMILIES[family](dataset), dataset, contact_atom) for family in PROPERTY_FAMILIES
    }
    if names is None:
        return tuple(found for family in DEFAULT_FAMILIES for found in by_family[family])
    tracks = _track_properties(dataset)
    families = {**tracks, **{name: group for name, group in by_family.items() if group or name not in tracks}}
    classes = {found.name: found for group in families.values() for found in group}
    chosen: dict[str, Property] = {}
    for name in each_name(names):
        if name not in families and name not in classes:
            raise unknown_name("property", name, [*families, *classes])
        group = families.get(name) or ([classes[name]] if name in classes else [])
        if not group:
            found = f"no protein of {dataset.name} carries its labels"
            if name == "contact" and contact_atom == "CB" and lacks_cb(dataset):
                found = f"{dataset.name} has CA but no CB; measure between CA with contact_atom='CA'"
            raise OptionError(explain(f"property {name!r}", found=found))
        chosen.update((found.name, found) for found in group)
    return tuple(chosen.values())


def resolve_properties(
    dataset: Dataset, properties: str | Iterable[str | Property], *, contact_atom: Literal["CA", "CB"] = "CB"
) -> list[Property]:
    """Return properties that are given by name (see :func:`select_properties`) or as themselves, each name once.

    Of two with one name the later is taken, at the place of the first.
    """
    chosen: dict[str, Property] = {}
    for entry in each_name(properties):
        found = select_properties(dataset, [entry], contact_atom=contact_atom) if isinstance(entry, str) else [entry]
        chosen.update((prop.name, prop) for prop in found)
    return list(chosen.values())


def choose_properties(dataset: Dataset, properties: str | Iterable[str | Property] | None) -> list[Property]:
    """Return properties as :func:`resolve_properties` does; None takes all that the dataset has labels for."""
    return list(select_properties(dataset)) if properties is None else resolve_properties(dataset, properties)


def _labelled(properties: Sequence[Property], dataset: Dataset, atom: Literal["CA", "CB"]) -> list[Property]:
    measured = [
        replace(found, atom=atom) if isinstance(found, Contact | InterContact) else found for found in properties
    ]
    return [found for found in measured if any(found.mask(protein) is not None for protein in dataset)]


def _track_properties(dataset: Dataset) -> dict[str, list[Property]]:
    symbols: dict[str, set[str]] = {}
    for protein in dataset:
        for name, track in protein.tracks.items():
            symbols.setdefault(name, set()).update(track)
    return {
        name: [TrackProperty(name, name)]
        if found <= {"0", "1", UNKNOWN}
        else [TrackProperty(f"{name}:{symbol}", name, symbol) for symbol in sorted(found - {UNKNOWN})]
        for name, found in symbols.items()
    }
