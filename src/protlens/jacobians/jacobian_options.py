"""How a Jacobian is computed, and how many runs of the model that takes."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from protlens.data.protein import AMINO_ACIDS
from protlens.errors import OptionError, explain

JacobianKind: TypeAlias = Literal["categorical", "states"]
"""What is looked at: the logits of the twenty amino acids, or what leaves the last layer."""

KINDS: tuple[JacobianKind, ...] = get_args(JacobianKind)

BATCH_TOKENS = 4096
"""Residues of the substituted sequences that are run at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JacobianOptions:
    """How a Jacobian is computed.

    Parameters
    ----------
    kind
        ``categorical`` needs a masked language model, ``states`` takes any model that shows its hidden states.
    runs
        The most runs of the model on a chain. A chain of L residues takes one run as it is, and L for each substitute
        of a residue: as many substitutes are tried as this allows. None tries all.
    batch_tokens
        The most residues to run at a time; one sequence is run however long it is.

    Raises
    ------
    OptionError
        If a value is not allowed.

    Examples
    --------
    >>> from protlens.jacobians.jacobian_options import JacobianOptions, jacobian_runs
    >>> jacobian_runs(100, JacobianOptions(kind="categorical"))
    1901
    >>> jacobian_runs(100, JacobianOptions(kind="states", runs=550))
    501
    """

    kind: JacobianKind
    runs: int | None = None
    batch_tokens: int = BATCH_TOKENS

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise OptionError(explain("option kind", found=repr(self.kind), allowed=KINDS))
        for name in ("runs", "batch_tokens"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(explain(f"option {name}", found=str(value), allowed="1 or more"))


def substitutes_tried(length: int, options: JacobianOptions) -> int:
    """Return how many substitutes of each residue are tried, at most 20, the number for a residue that is unknown.

    Raises
    ------
    OptionError
        If the budget is too small for one.
    """
    if options.runs is None:
        return len(AMINO_ACIDS)
    tried = (options.runs - 1) // length
    if tried < 1:
        found = f"{options.runs} for a chain of {length} residues"
        hint = "cut the chain, or leave it out"
        raise OptionError(explain("option runs", found=found, allowed=f"{length + 1} or more", hint=hint))
    return min(tried, len(AMINO_ACIDS))


def jacobian_runs(length: int, options: JacobianOptions) -> int:
    """Return how many runs of the model a chain takes, each of which reads ``length`` residues.

    It is that of a chain of the twenty amino acids. Where all substitutes are tried, a residue that is none of them
    takes one run more.

    Parameters
    ----------
    length
        Residues of the chain.
    options
        What to compute.

    Raises
    ------
    OptionError
        If the budget does not suffice for a chain of this length.
    """
    return 1 + length * min(substitutes_tried(length, options), len(AMINO_ACIDS) - 1)
