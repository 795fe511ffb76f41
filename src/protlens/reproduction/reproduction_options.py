"""What a reproduction is asked to do."""

from dataclasses import dataclass

from protlens.errors import OptionError, explain
from protlens.typing import PathInput


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproductionOptions:
    """What is measured, and how much of it; all else is as in the paper.

    Parameters
    ----------
    limit
        Measure at most so many proteins of each dataset, drawn at random; the paper's number by default.
    fresh
        Start the runs over that are there, rather than go on with them.
    probes
        The folder that ``protlens probe --paper`` of the same model wrote; without it the curves of probes have no
        partner.

    Raises
    ------
    OptionError
        If the limit is not 1 or more.

    Examples
    --------
    >>> protlens.ReproductionOptions().limit
    5000
    """

    limit: int = 5000
    fresh: bool = False
    probes: PathInput | None = None

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise OptionError(explain(f"limit {self.limit}", allowed="1 or more"))
