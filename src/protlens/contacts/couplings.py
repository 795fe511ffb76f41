"""The Jacobian of a labelled chain: scores of its pairs, and what they cost."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from jaxtyping import Float64

from protlens.contacts.labelled_chains import LabelledChain
from protlens.jacobians.jacobian_maps import jacobian_map
from protlens.jacobians.jacobian_options import JacobianOptions, jacobian_runs
from protlens.jacobians.jacobian_store import JacobianStore
from protlens.models.masked_lm import MaskedLanguageModel
from protlens.models.protocol import EmbeddingModel

JACOBIAN, STATE_JACOBIAN = "jacobian", "jacobian of states"
"""Names of the methods in tables."""


@dataclass(frozen=True, slots=True, eq=False)
class Coupling:
    """The Jacobian of a chain.

    Parameters
    ----------
    method
        :data:`JACOBIAN` or :data:`STATE_JACOBIAN`.
    scores
        Of all pairs.
    runs, seconds
        Runs of the model, and how long it took to get the scores; a map that was kept takes next to none.
    """

    method: str
    scores: Float64[np.ndarray, " pair"]
    runs: int
    seconds: float


def couple(
    model: MaskedLanguageModel | EmbeddingModel,
    chain: LabelledChain,
    options: JacobianOptions,
    *,
    store: JacobianStore | None = None,
) -> Coupling:
    """Return the Jacobian of a chain.

    Parameters
    ----------
    model, chain, options
        What to run on what, and how.
    store
        Where maps are kept and found; None keeps nothing.
    """
    start, sequence = perf_counter(), chain.protein.sequence
    dense = jacobian_map(model, sequence, options, store=store)
    scores = np.asarray(dense[chain.pairs.first, chain.pairs.second], np.float64)
    method = JACOBIAN if options.kind == "categorical" else STATE_JACOBIAN
    return Coupling(method, scores, runs=jacobian_runs(len(sequence), options), seconds=perf_counter() - start)
