"""Properties as the text that a manifest keeps, and back."""

import ast
from dataclasses import is_dataclass

from protlens.properties.base import Property
from protlens.properties.pair import Contact
from protlens.properties.residue import AminoAcid, TrackProperty

_CLASSES = {kind.__name__: kind for kind in (Contact, TrackProperty, AminoAcid)}


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
