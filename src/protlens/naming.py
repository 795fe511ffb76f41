"""What things are called for people: the one label of each, on the terminal, in a report, in a figure.

What is typed and stored keeps its internal name. The page has the labels of properties and residues too
(``frontend/src/data``); ``tests/text_examples.json`` holds both to the same.
"""

import re
from collections.abc import Mapping

from protlens.heads import head_label
from protlens.number_text import percent_range

AMINO_ACID = "amino_acid:"
"""What the names of the properties of single amino acids begin with."""

THREE_LETTERS: Mapping[str, str] = {
    "A": "Ala",
    "B": "Asx",
    "C": "Cys",
    "D": "Asp",
    "E": "Glu",
    "F": "Phe",
    "G": "Gly",
    "H": "His",
    "I": "Ile",
    "J": "Xle",
    "K": "Lys",
    "L": "Leu",
    "M": "Met",
    "N": "Asn",
    "O": "Pyl",
    "P": "Pro",
    "Q": "Gln",
    "R": "Arg",
    "S": "Ser",
    "T": "Thr",
    "U": "Sec",
    "V": "Val",
    "W": "Trp",
    "X": "Xaa",
    "Y": "Tyr",
    "Z": "Glx",
}
"""The names of the IUPAC-IUB recommendations, by letter."""

PROBE_SOURCES: Mapping[str, str] = {
    "embedding": "hidden states",
    "attention": "attention",
    "attention_apc": "attention with APC",
    "amino_acid": "amino acid alone",
    "separation": "separation alone",
    "separation_amino_acid": "separation and amino acids",
    "majority": "majority",
    "control": "control task",
}
"""What a probe reads, or is compared with, by its name in tables."""

CONTACT_METHODS: Mapping[str, str] = {
    "best head": "best head in training",
    "top heads": "mean of top heads in training",
    "mean of heads": "mean of heads in training",
    "regression": "regression over all heads",
    "published regression": "regression of Rao et al.",
    "fusion": "regression over all heads and the Jacobian",
    "jacobian of states": "Jacobian of hidden states, no labels",
    "jacobian": "categorical Jacobian, no labels",
    "separation": "closest in sequence first",
    "separation and amino acids": "separation and amino acids, no model",
    "random": "random order",
}
"""How contacts are predicted, by the method's name in tables."""

ABLATION_MEASURES: Mapping[str, str] = {
    "loss": "masked-LM loss, nats",
    "perplexity": "pseudo-perplexity",
    "embedding": "embedding, 1 \N{MINUS SIGN} cosine",
    "precision_L": "contacts, P@L %",
    "precision_L5": "contacts, P@L/5 %",
    "others_L": "contacts from other heads, P@L %",
    "others_L5": "contacts from other heads, P@L/5 %",
    "jacobian_L": "contacts by Jacobian, P@L %",
    "jacobian_L5": "contacts by Jacobian, P@L/5 %",
}
"""What is measured of a model without some heads, by its name in tables."""

BACKGROUNDS: Mapping[str, str] = {
    "matched": "what arcs placed at random in the same proteins reach",
    "paper": "how often the property holds in all proteins together",
}
"""What the background of each mode is."""

HEAD_NUMBERS: Mapping[str, str] = {
    "alignment": "alignment",
    "background": "background",
    "lift": "lift",
    "q_value": "q",
    "control": "control",
    "control_lift": "lift over control",
    "control_q_value": "q over control",
}
"""What the numbers of a head are called, by the name of their column in the table of heads."""

INTERVALS: Mapping[str, str] = {"matched": "95 % interval", "paper": "0.05/m interval"}
"""What the interval of each mode is called; the paper's is at the level 0.05/m, m being the number of heads."""

CONTROLS: Mapping[str, str] = {
    "place": "attention to the same places in the chain",
    "amino acid": "attention to the same amino acids",
    "amino acid and place": "attention to the same amino acids and places in the chain",
    "amino acid, place and burial": "attention to the same amino acids, places in the chain and depths in the fold",
    "separation": "attention at the same separations",
    "separation and amino acids": "attention at the same separations between the same amino acids",
    "amino acid (rates)": "attention to the same amino acids",
    "separation (bands)": "attention at the same separations",
}
"""What a control is, by its name in tables."""

PROPERTIES: Mapping[str, str] = {
    "antigen": "Antigen contact",
    "cdr1": "CDR 1",
    "cdr2": "CDR 2",
    "cdr3": "CDR 3",
    "disulfide": "Disulfide bond",
}
"""Properties whose name in tables is not the words that a biologist writes."""

_METRICS = {
    "f1_macro": "macro F1",
    "f1": "F1",
    "average_precision": "average precision",
    "balanced_accuracy": "balanced accuracy",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MODIFIED = re.compile(r"_([acdefghiklmnpqrstvwy]{1,2})$")


def property_title(name: str) -> str:
    """Return a property's name as words.

    ``"Trp (W)"`` for ``"amino_acid:W"``, ``"Secondary structure: helix"`` for ``"secondary_structure:helix"``,
    ``"Modification: phosphorylation (S/T)"`` for ``"modification:phosphorylation_st"``.
    """
    family, _, kind = name.partition(":")
    if name in PROPERTIES:
        return PROPERTIES[name]
    if name.startswith(AMINO_ACID) and kind in THREE_LETTERS:
        return f"{THREE_LETTERS[kind]} ({kind})"
    words = " ".join(family.replace("_", " ").split()) or name
    if family == "modification":
        kind = _modification(kind)
    detail = " ".join(kind.replace("_", " ").split())
    return words[:1].upper() + words[1:] + (f": {detail}" if detail else "")


def property_words(name: str) -> str:
    """Return the same within a sentence: ``"binding site"``; that of an amino acid or a CDR keeps its capital."""
    title = property_title(name)
    if title[1:2].isupper() and name in PROPERTIES:
        return title
    return name[:1] + title[1:] if title[:1].lower() == name[:1] and not _is_amino_acid(name) else title


def _is_amino_acid(name: str) -> bool:
    return name.startswith(AMINO_ACID) and name.removeprefix(AMINO_ACID) in THREE_LETTERS


def _modification(kind: str) -> str:
    """Return a kind of modification with its residues or its atom as chemists write them."""
    return _MODIFIED.sub(lambda match: f" ({'/'.join(match[1].upper())})", re.sub("^n_", "N-", kind))


def metric_title(metric: str) -> str:
    """Return a probe's metric as words: ``"precision at L/5"`` for ``"precision:all:L/5"``."""
    if metric.startswith("precision:"):
        _, band, k = metric.split(":")
        return f"precision at {k}" + ("" if band == "all" else f", {band} range")
    return _METRICS.get(metric, metric.replace("_", " "))


def contact_method(name: str, *, best: tuple[int, int] | None = None, top: int | None = None) -> str:
    """Return what a way of predicting contacts is called.

    Parameters
    ----------
    name
        The method's name in tables; one that is not known is returned as it is.
    best
        Layer and head that the best head is, if there is one to be named.
    top
        Number of the top heads, if known.
    """
    label = CONTACT_METHODS.get(name, name)
    if name == "best head" and best is not None:
        return f"{label}, {head_label(*best)}"
    return label.replace("top heads", f"top {top} heads") if name == "top heads" and top is not None else label


def background_label(low: float, high: float) -> str:
    """Return what a legend calls backgrounds of this range in percent, see :func:`percent_range`."""
    return f"background {percent_range(low / 100, high / 100)}"


def mode_label(mode: str) -> str:
    """Return what a mode of counting is called: ``"matched mode"``."""
    return f"{mode} mode"


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
        None if mode is None else mode_label(mode),
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
