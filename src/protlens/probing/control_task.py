"""What a probe is compared with: the amino acid alone, and labels that mean nothing.

References
----------
Hewitt and Liang, "Designing and Interpreting Probes with Control Tasks" (EMNLP 2019, arXiv 1909.03368). There a word
type gets a random label; here the type is the amino acid.
"""

import numpy as np
from jaxtyping import Float32, Int64

from protlens.data.amino_acid_codes import TYPES


def one_hot(codes: Int64[np.ndarray, " residue"]) -> Float32[np.ndarray, "residue type"]:
    """Return a one in the column of each residue's type, the features of the amino-acid baseline."""
    return np.asarray(np.eye(TYPES, dtype=np.float32)[codes])


def control_labels(
    codes: Int64[np.ndarray, " residue"], labels: Int64[np.ndarray, " residue"], *, classes: int, seed: int
) -> Int64[np.ndarray, " type"]:
    """Draw a label for each type of amino acid, as frequent as in the task itself.

    Drawn again until two types that occur have different labels, as nothing can be fitted otherwise.

    Parameters
    ----------
    codes, labels
        Types and true labels of the training residues; labels from 0 to ``classes - 1``.
    classes
        The classes of the task.
    seed
        Random seed of the draw.

    Raises
    ------
    ValueError
        If the labels are all the same, or the types are.
    """
    shares = np.bincount(labels, minlength=classes) / len(labels)
    present = np.unique(codes)
    if shares.max() == 1 or len(present) < 2:
        raise ValueError("a control task needs two classes and two amino acids")
    generator = np.random.default_rng(seed)
    while True:
        drawn = generator.choice(classes, size=TYPES, p=shares)
        if len(np.unique(drawn[present])) > 1:
            return drawn
