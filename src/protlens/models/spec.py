"""What is known about a published model before it is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """The best head that the paper reports for a property (Vig et al., ICLR 2021, arXiv 2006.15222).

    Parameters
    ----------
    property
        ``contact``, ``binding_site`` or ``modification``.
    label
        Layer and head counted from one, ``"12-4"``.
    percent
        The share of the head's arcs for which the property holds, in percent, at the paper's threshold of 0.3.
    """

    property: str
    label: str
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One model of the catalog.

    Parameters
    ----------
    name
        What ``--model`` takes.
    family
        The adapter: ``bert``, ``albert``, ``xlnet``, ``esm``, ``t5``, ``tape``.
    repository
        Owner and name on the Hugging Face hub, or None if it is not there.
    layers, heads
        Layers (for ALBERT: iterations) and heads of each.
    parameters
        Roughly how many parameters the checkpoint has; for T5, encoder and decoder together.
    licence
        Of the weights, as their authors state it.
    max_residues
        The longest chain an input holds, or None if there is no limit.
    published
        The heads to look for.
    note
        One line on what the model is.
    bundled
        Whether the weights come with protlens.
    """

    name: str
    family: str
    repository: str | None
    layers: int
    heads: int
    parameters: int
    licence: str
    max_residues: int | None
    published: tuple[PublishedHead, ...] = ()
    note: str = ""
    bundled: bool = False
