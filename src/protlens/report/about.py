"""What a report says of where its numbers come from, and how to cite it."""

from importlib.metadata import version
from typing import Any

from protlens.naming import mode_label
from protlens.number_text import NOTHING, counted
from protlens.report.parts import Table
from protlens.runs.store import Run
from protlens.stats.alignment import SUPPORT, SUPPORT_PROTEINS, SUPPORT_RESIDUES


def citations() -> list[str]:
    """Return protlens, and the paper whose analysis it implements, as text."""
    return [
        f"The protlens authors. protlens {version('protlens')}: what the attention of a protein language model has"
        " learned.",
        "Vig J, Madani A, Varshney LR, Xiong C, Socher R, Rajani NF. BERTology Meets Biology: Interpreting Attention in"
        " Protein Language Models. International Conference on Learning Representations, 2021. arXiv:2006.15222.",
    ]


def bibtex() -> str:
    """Return the same as BibTeX."""
    return f"""@software{{protlens,
  author  = {{{{The protlens authors}}}},
  title   = {{protlens: what the attention of a protein language model has learned}},
  version = {{{version("protlens")}}}
}}

@inproceedings{{vig2021bertology,
  author    = {{Vig, Jesse and Madani, Ali and Varshney, Lav R. and Xiong, Caiming and Socher, Richard and
               Rajani, Nazneen Fatema}},
  title     = {{{{BERTology}} Meets Biology: Interpreting Attention in Protein Language Models}},
  booktitle = {{International Conference on Learning Representations}},
  year      = {{2021}},
  eprint    = {{2006.15222}},
  archivePrefix = {{arXiv}}
}}
"""


GLOSSARY = (
    ("Head", "Layer and head of the model, both counted from one."),
    ("Arc", "A residue pair in order: the first attends to the second with at least the threshold's weight."),
    (
        "Alignment",
        "The share of a head's arcs for which the property holds: of the attended-to residue, or of the pair.",
    ),
    (
        "Interval",
        "Where the alignment would lie in other proteins like these, at 95 %, given how arcs share residues and how"
        " proteins differ. In paper mode: at the level 0.05/m, m being the number of heads, as if all arcs were"
        " independent.",
    ),
    (
        "Background",
        "The alignment if each arc fell at random among the pairs of the same protein. In paper mode: how often the"
        " property holds in all proteins together.",
    ),
    (
        "Control",
        "The alignment if the head chose the same amino acids and places in the chain (for pairs: the same separations"
        " and amino acids) and nothing else. What does not exceed it is explained by that choice.",
    ),
    ("Lift, lift over control", "How many times the background, or the control, the alignment is."),
    (
        "q",
        "The false discovery rate against the background, or the control: if all heads with a q up to this are called"
        " findings, the share of false ones to expect among them (Benjamini and Hochberg), within one property.",
    ),
    (
        "Arcs, residues, proteins",
        "What the alignment was counted over: arcs, the distinct residues on which they end, and the proteins. Under"
        f" {SUPPORT} arcs, {SUPPORT_RESIDUES['residue']} residues ({SUPPORT_RESIDUES['pair']} for contacts) or"
        f" {SUPPORT_PROTEINS} effective proteins a head is not supported.",
    ),
)
"""The columns of the tables, as pairs of a term and what it means."""


def sized_run(run: Run, *, mode: str) -> str:
    """Return the run and how much was analysed, in one line."""
    model, dataset, options = run.manifest.model, run.manifest.dataset, run.manifest.options
    proteins = run.proteins()
    analysed = counted(int((proteins["status"] != "skipped").sum()), "protein")
    parts = [
        f"{model['name']}: {counted(model['layers'], 'layer')} of {counted(model['heads'], 'head')}",
        f"{dataset['name']}: {analysed}, {counted(int(proteins['residues'].sum()), 'residue')}",
        f"arcs of weight {options['threshold']:g} or more",
        mode_label(mode),
    ]
    return " \N{MIDDLE DOT} ".join(parts)


def manifest_table(run: Run, *, mode: str) -> Table:
    """Return the manifest of a run, as far as people want to read it."""
    manifest = run.manifest
    rows = [
        *_prefixed("Model", manifest.model),
        *_prefixed("Dataset", manifest.dataset),
        ("Statistics, mode", mode),
        *_prefixed("Option", {name: value for name, value in manifest.options.items() if name != "definitions"}),
        *_prefixed("Version", manifest.versions),
    ]
    return Table("The run", ("What", "Value"), rows)


def definition_table(run: Run) -> Table:
    """Return the property classes of a run, each with its level and what decides where it holds."""
    levels = run.manifest.properties
    texts = run.manifest.options.get("definitions") or [NOTHING] * len(levels)
    rows = [(name, level, str(text)) for (name, level), text in zip(levels.items(), texts, strict=False)]
    return Table("The properties, in the order of the tables", ("Property", "Level", "Definition"), rows)


def _prefixed(prefix: str, values: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (f"{prefix}, {name.replace('_', ' ')}", NOTHING if value is None else str(value))
        for name, value in values.items()
    ]
