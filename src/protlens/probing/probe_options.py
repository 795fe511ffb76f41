"""How probes are fitted."""

from dataclasses import dataclass
from typing import Literal

from protlens.errors import OptionError, explain


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeOptions:
    """Everything but the model, the proteins and what is asked.

    Parameters
    ----------
    seed
        Random seed of the split, and the first of the seeds of the fits.
    seeds
        How often each probe is fitted, each time on another sample and, for the control task, with other labels.
    residues, pairs
        The most residues, and residue pairs, that a probe is fitted on; as many choose its penalty.
    strengths
        Inverse strengths of the penalty to choose from, ascending.
    resamples
        How often the proteins are resampled for the intervals.
    paper
        Contact probes as published: on both directions of each pair, which then count twice.
    batch_tokens
        The most residues of a batch, padding included.
    max_length
        Chains are cut after this many residues, and after what the model's input holds.
    contact_atom
        ``CB`` (CA for glycine) or ``CA``, between which contacts are measured.
    limit
        Use this many proteins, drawn at random; None takes all.

    Raises
    ------
    OptionError
        If a value is out of range.

    Examples
    --------
    >>> list(protlens.ProbeOptions(seed=3, seeds=2).all_seeds)
    [3, 4]
    """

    seed: int = 0
    seeds: int = 3
    residues: int = 6000
    pairs: int = 20000
    strengths: tuple[float, ...] = (1e-4, 1e-2, 1.0)
    resamples: int = 500
    paper: bool = False
    batch_tokens: int = 1024
    max_length: int = 510
    limit: int | None = None
    contact_atom: Literal["CA", "CB"] = "CB"

    def __post_init__(self) -> None:
        for name in ("seeds", "residues", "pairs", "resamples", "batch_tokens", "max_length", "limit"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(explain(f"{name} {value}", allowed="1 or more"))
        if self.contact_atom not in ("CA", "CB"):
            raise OptionError(explain(f"contact atom {self.contact_atom!r}", allowed=("CB", "CA")))
        if self.seed < 0:
            raise OptionError(explain(f"seed {self.seed}", allowed="0 or more"))
        if not self.strengths or min(self.strengths) <= 0 or list(self.strengths) != sorted(self.strengths):
            raise OptionError(explain(f"strengths {self.strengths}", allowed="one or more above 0, ascending"))

    @property
    def all_seeds(self) -> range:
        """The seeds of the fits."""
        return range(self.seed, self.seed + self.seeds)
