"""What a contact probe sees of a residue pair, from hidden states, from attention or from the letters alone."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float32, Float64, Int64

from protlens.data.amino_acid_codes import PAIR_TYPES, unordered_pair
from protlens.data.protein import Protein
from protlens.models.protocol import AttentionModel
from protlens.pairs.attention_maps import HeadMaps, average_product_correction, pair_scores, visit_maps
from protlens.probing.estimators import LogisticProbe
from protlens.probing.pair_samples import PairSample


def state_features(
    left: Float[np.ndarray, "pair channel"], right: Float[np.ndarray, "pair channel"]
) -> Float[np.ndarray, "pair feature"]:
    """Return the elementwise product and the difference of the states of two residues.

    As in Vig et al. (arXiv 2006.15222), whose code uses the contact head of TAPE (Rao et al., arXiv 1906.08230).
    """
    return np.concatenate([left * right, left - right], axis=1)


def state_logits(probe: LogisticProbe, states: Float[np.ndarray, "residue channel"]) -> Float64[np.ndarray, "i j"]:
    """Return the logit of every ordered pair of a chain, by a probe fitted to :func:`state_features`.

    The features are linear in each residue, so the logits are one product of matrices, and no feature is written out:
    ``sum_c a_c h_ic h_jc + b_c (h_ic - h_jc)`` plus a constant.
    """
    slopes = probe.coef_[0] / probe.scale_
    product, difference = np.split(slopes, 2)
    wide = states.astype(np.float64)
    single = wide @ difference
    constant = probe.intercept_[0] - slopes @ probe.mean_
    return np.asarray((wide * product) @ wide.T + single[:, None] - single + constant)


def letter_features(
    left: Int64[np.ndarray, " pair"], right: Int64[np.ndarray, " pair"]
) -> Float32[np.ndarray, "pair feature"]:
    """Return a one for the unordered pair of amino-acid types, the features of the amino-acid baseline."""
    return np.asarray(np.eye(PAIR_TYPES, dtype=np.float32)[unordered_pair(left, right)])


def sampled_attention(
    model: AttentionModel, proteins: Sequence[Protein], samples: Sequence[PairSample]
) -> list[Float32[np.ndarray, "variant layer head pair"]]:
    """Return the symmetric attention of the pairs of each sample, without (0) and with (1) the correction.

    One pass over each protein that has pairs. Memory holds one layer of one protein, and the result: 8 bytes a head
    and sampled pair.

    Parameters
    ----------
    model, proteins
        What to run on what.
    samples
        Whose pairs are wanted.
    """
    info = model.info
    out = [np.empty((2, info.layers, info.heads, len(sample)), np.float32) for sample in samples]
    for number in sorted({int(number) for sample in samples for number in np.unique(sample.proteins)}):
        places = [sample.of(number) for sample in samples]

        def keep(layer: int, maps: HeadMaps, *, places: list[slice] = places) -> None:
            for variant, shown in enumerate((maps, average_product_correction(maps))):
                for values, sample, place in zip(out, samples, places, strict=True):
                    values[variant, layer, :, place] = pair_scores(shown, sample.pairs.take(np.r_[place]))

        visit_maps(model, proteins[number], keep, apc=False)
    return out
