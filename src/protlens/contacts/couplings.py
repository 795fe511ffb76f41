"""The Jacobian of a labelled chain: scores of its pairs, and what they cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from jaxtyping import Float64

from protlens.contacts.labelled_chains import LabelledChain
from protlens.jacobians.jacobian_maps import jacobian_map
from protlens.jacobians.jacobian_options import JacobianKind, JacobianOptions, jacobian_runs
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import EmbeddingModel

JACOBIAN, STATE_JACOBIAN = "jacobian", "jacobian of states"
"""Names of the methods in tables."""

JACOBIAN_WORDS: Mapping[JacobianKind, str] = {
    "categorical": "categorical Jacobian",
    "states": "Jacobian of hidden states",
}
"""What the kinds are called in sentences."""


@dataclass(frozen=True, slots=True, eq=False)
class Coupling:
    """The Jacobian of a chain.

    Parameters
    ----------
    method
        See :func:`jacobian_method`.
    scores
        Of all pairs.
    runs, seconds
        Runs of the model, and how long it took to get the scores.
    kept
        Whether it was kept from before, whole or in part, so that the runs are not all that it takes.
    """

    method: str
    scores: Float64[np.ndarray, " pair"]
    runs: int
    seconds: float
    kept: bool = False


def couple(
    model: MaskedLanguageModel | EmbeddingModel,
    chain: LabelledChain,
    options: JacobianOptions,
    *,
    store: JacobianStore | None = None,
    on_runs: Callable[[int], None] = lambda runs: None,
) -> Coupling:
    """Return the Jacobian of a chain.

    Parameters
    ----------
    model, chain, options
        What to run on what, and how.
    store
        Where maps are kept and found; None keeps nothing.
    on_runs
        See :func:`~protlens.jacobians.jacobian_maps.jacobian_map`.
    """
    start, sequence, done = perf_counter(), chain.protein.sequence, 0

    def count(runs: int) -> None:
        nonlocal done
        done += runs
        on_runs(runs)

    dense = jacobian_map(model, sequence, options, store=store, on_runs=count)
    scores = np.asarray(dense[chain.pairs.first, chain.pairs.second], np.float64)
    return Coupling(
        jacobian_method(options),
        scores,
        runs=done,
        seconds=perf_counter() - start,
        kept=done < jacobian_runs(len(sequence), options),
    )


def jacobian_method(options: JacobianOptions) -> str:
    """Return what tables call a Jacobian: :data:`JACOBIAN` or :data:`STATE_JACOBIAN`."""
    return JACOBIAN if options.kind == "categorical" else STATE_JACOBIAN
