"""What figures call things."""

import re

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MODIFIED = re.compile(r"_([acdefghiklmnpqrstvwy]{1,2})$")


def property_title(name: str) -> str:
    """Return a property's name as words.

    ``"Secondary structure: helix"`` for ``"secondary_structure:helix"``, ``"Modification: phosphorylation (S/T)"`` for
    ``"modification:phosphorylation_st"``.
    """
    family, _, kind = name.partition(":")
    if family == "amino_acid" and kind:
        return f"Amino acid {kind}"
    words = " ".join(family.replace("_", " ").split()) or name
    if family == "modification":
        kind = _modification(kind)
    detail = " ".join(kind.replace("_", " ").split())
    return words[:1].upper() + words[1:] + (f": {detail}" if detail else "")


def _modification(kind: str) -> str:
    """Return a kind of modification with its residues or its atom as chemists write them."""
    return _MODIFIED.sub(lambda found: f" ({'/'.join(found[1].upper())})", re.sub("^n_", "N-", kind))


def background_label(low: float, high: float) -> str:
    """Return what a legend calls backgrounds of this range in percent: ``"background 1.20 to 1.43 %"``."""
    digits = 1 if high >= 10 else 2
    first, last = f"{low:.{digits}f}", f"{high:.{digits}f}"
    return f"background {first} %" if first == last else f"background {first} to {last} %"


def run_line(
    *,
    model: str | None = None,
    dataset: str | None = None,
    threshold: float | None = None,
    mode: str | None = None,
) -> str:
    """Return the line under a figure's title that says where its numbers come from; what is None is left out."""
    parts = [
        model,
        dataset,
        None if threshold is None else f"threshold {threshold:g}",
        None if mode is None else f"{mode} mode",
    ]
    return " \N{MIDDLE DOT} ".join(part for part in parts if part)


def file_stem(kind: str, name: str, *, taken: set[str]) -> str:
    """Return a file name for one property's figure that any file system accepts, and add it to those taken.

    Parameters
    ----------
    kind
        What the figure shows, without a hyphen: ``"top_heads"``.
    name
        The property; what a file name cannot hold becomes a hyphen, and a long name is cut.
    taken
        Names given before; a name that differs from one of them by case alone gets a number.
    """
    stem = f"{kind}-{_UNSAFE.sub('-', name)[:100].strip('-.') or 'property'}"
    candidate, number = stem, 2
    while candidate.casefold() in taken:
        candidate, number = f"{stem}-{number}", number + 1
    taken.add(candidate.casefold())
    return candidate
