"""What an extraction is asked to do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protlens.errors import OptionError, explain

if TYPE_CHECKING:  # an engine needs torch, and options are read before that is loaded
    from protlens.extraction.engine import Engine

_FLOOR = "give one with keep_arcs="


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionOptions:
    """Everything but the model, the proteins and the properties.

    Parameters
    ----------
    threshold
        Smallest attention weight of an arc; above 0 and below 1.
    max_length
        Chains are cut after this many residues, and after what the model's input holds.
    limit
        Analyse this many proteins, drawn at random; None takes all.
    seed
        Random seed of that draw; 0 or more.
    keep_arcs
        Also keep every single pair of at least this weight; above 0 and below 1, or None.
    arcs_of
        Keep those of these proteins only, by id; None keeps them of all.
    batch_tokens
        The most residues of a batch, padding included; halved while the memory does not suffice.
    shard_residues
        About how many residues are analysed between two writes to disk.
    engine
        What works on the run: several processes (:class:`Processes`), or a cluster (:class:`RayEngine`); None for this
        process.
    join_chains, linker
        Read the chains of each entry in one input (see :func:`protlens.join_chains`), as far as they fit with so many
        glycines between them (see :class:`protlens.LinkedModel`).
    part
        ``(3, 16)``: work on the third of sixteen parts and leave the others to other processes; None for all.

    Raises
    ------
    OptionError
        If a value is out of range.

    Examples
    --------
    >>> protlens.ExtractionOptions(limit=10).threshold
    0.3
    """

    threshold: float = 0.3
    max_length: int = 510
    limit: int | None = None
    seed: int = 0
    keep_arcs: float | None = None
    arcs_of: tuple[str, ...] | None = None
    batch_tokens: int = 1024
    shard_residues: int = 16384
    engine: "Engine | None" = None
    part: tuple[int, int] | None = None
    join_chains: bool = False
    linker: int = 25

    def __post_init__(self) -> None:
        for name in ("threshold", "keep_arcs"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1:
                raise OptionError(explain(f"{name} {value}", allowed="above 0 and below 1"))
        for name in ("max_length", "limit", "batch_tokens", "shard_residues"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(explain(f"{name} {value}", allowed="1 or more"))
        if self.arcs_of is not None and self.keep_arcs is None:
            raise OptionError(explain(f"arcs of {', '.join(self.arcs_of)}", found="no smallest weight", hint=_FLOOR))
        for name in ("seed", "linker"):
            if (value := getattr(self, name)) < 0:
                raise OptionError(explain(f"{name} {value}", allowed="0 or more"))
        if self.part is not None and not 1 <= self.part[0] <= self.part[1]:
            raise OptionError(
                explain(f"part {self.part[0]} of {self.part[1]}", allowed="from 1 to as many as there are")
            )

    def shards(self, count: int) -> list[int]:
        """Return the numbers of the shards to work on, of so many."""
        number, parts = self.part or (1, 1)
        return list(range(number - 1, count, parts))
