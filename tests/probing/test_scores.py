import numpy as np
import pytest
from sklearn.metrics import accuracy_score, average_precision_score, balanced_accuracy_score, f1_score

from protlens.probing.scores import Predictions, average_precision, best_threshold, residue_measures


def predictions(classes: int, *, seed: int = 0, rows: int = 900, proteins: int = 20, grain: int = 15) -> Predictions:
    """Coarse probabilities, so that ties occur."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(classes, rows, p=np.arange(1, classes + 1) / sum(range(classes + 1)))
    logits = rng.normal(size=(rows, classes)) + 0.8 * np.eye(classes)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    coarse = np.round(probabilities * grain) / grain
    where = np.sort(rng.integers(proteins, size=rows))
    return Predictions(labels, where, np.full(proteins, 60), coarse, 0.4)


def drawn(found: Predictions, times: np.ndarray) -> Predictions:
    """The residues of each protein as often as it was drawn, as a slow bootstrap would have them."""
    rows = np.concatenate([np.flatnonzero(found.proteins == p) for p, count in enumerate(times) for _ in range(count)])
    return Predictions(
        found.labels[rows], found.proteins[rows], found.lengths, found.probabilities[rows], found.threshold
    )


def reference(found: Predictions) -> dict[str, float]:
    decided = found.probabilities.argmax(axis=1)
    common = {
        "balanced_accuracy": balanced_accuracy_score(found.labels, decided),
        "accuracy": accuracy_score(found.labels, decided),
    }
    if found.probabilities.shape[1] > 2:
        return {"f1_macro": f1_score(found.labels, decided, average="macro"), **common}
    scores = found.probabilities[:, 1]
    return {
        "f1": f1_score(found.labels, scores >= found.threshold),
        "average_precision": average_precision_score(found.labels, scores),
        **common,
    }


@pytest.mark.parametrize("classes", [2, 4])
def test_measures_are_those_of_scikit_learn(classes):
    found = predictions(classes)
    measured = residue_measures([found], classes=list("abcd")[:classes], resamples=50, seed=0)
    for name, value in reference(found).items():
        assert measured[name].value == pytest.approx(value, abs=1e-12)
    if classes == 4:
        by_class = f1_score(found.labels, found.probabilities.argmax(axis=1), average=None)
        assert [measured[f"f1:{name}"].value for name in "abcd"] == pytest.approx(list(by_class), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3])
def test_intervals_are_those_of_proteins_drawn_one_by_one(classes):
    found, resamples = predictions(classes, seed=4), 400
    measured = residue_measures([found], classes=list("abc")[:classes], resamples=resamples, seed=8)
    rng = np.random.default_rng(99)
    slow = [reference(drawn(found, np.bincount(rng.integers(20, size=20), minlength=20))) for _ in range(resamples)]
    for name in slow[0]:
        values = np.sort([one[name] for one in slow])
        spread = values.std()
        assert measured[name].low == pytest.approx(np.quantile(values, 0.016), abs=0.6 * spread)
        assert measured[name].high == pytest.approx(np.quantile(values, 0.984), abs=0.6 * spread)
        assert measured[name].low < measured[name].value < measured[name].high


def test_weights_count_residues_several_times():
    found = predictions(2, seed=2)
    times = np.array([3, 0, 1, 2] * 5)
    weighted = average_precision(found.labels, found.probabilities[:, 1], weights=times[None, found.proteins] * 1.0)
    slow = drawn(found, times)
    assert weighted[0] == pytest.approx(average_precision_score(slow.labels, slow.probabilities[:, 1]), abs=1e-12)


def test_seeds_are_averaged_and_their_spread_is_told():
    one, two = predictions(2), predictions(2)
    two = Predictions(one.labels, one.proteins, one.lengths, two.probabilities[::-1].copy(), 0.4)
    measured = residue_measures([one, two], classes=["no", "yes"], resamples=20, seed=0)
    values = [average_precision_score(found.labels, found.probabilities[:, 1]) for found in (one, two)]
    assert measured["average_precision"].value == pytest.approx(np.mean(values))
    assert measured["average_precision"].seed_sd == pytest.approx(np.std(values, ddof=1))


def test_precision_at_a_twentieth_of_the_length_counts_ties_neutrally_and_proteins_with_sites_only():
    labels = np.array([1, 0, 0, 0, 1, 0, 0, 0, 0])
    scores = np.array([0.9, 0.9, 0.1, 0.1, 0.1, 0.9, 0.5, 0.5, 0.5])
    found = Predictions(labels, np.repeat([0, 2], [5, 4]), np.array([40, 10, 19]), np.stack([1 - scores, scores], 1))
    measured = residue_measures([found], classes=["no", "yes"], resamples=10, seed=0)
    assert measured["precision_at_L/20"].value == 0.5
    one = Predictions(labels[:5], np.zeros(5, np.int64), np.array([20]), np.stack([1 - scores, scores], 1)[:5])
    assert residue_measures([one], classes=["no", "yes"], resamples=10, seed=0)["precision_at_L/20"].value == 0.5


def test_a_class_without_residues_is_not_averaged_and_one_never_predicted_counts_zero():
    labels, where = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    probabilities = np.array([[1.0, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]])
    found = Predictions(labels, where, np.array([2, 2]), probabilities)
    measured = residue_measures([found], classes=["a", "b", "c"], resamples=10, seed=0)
    assert measured["f1:a"].value == pytest.approx(2 / 3)
    assert measured["f1:b"].value == 0
    assert np.isnan(measured["f1:c"].value)
    assert measured["f1_macro"].value == pytest.approx(1 / 3)
    assert measured["balanced_accuracy"].value == 0.5


def test_without_positives_or_with_one_protein_nothing_is_claimed():
    found = Predictions(np.zeros(3, np.int64), np.zeros(3, np.int64), np.array([3]), np.full((3, 2), 0.5))
    measured = residue_measures([found], classes=["no", "yes"], resamples=10, seed=0)
    assert np.isnan(measured["average_precision"].value)
    assert np.isnan(measured["f1"].value)
    assert measured["accuracy"].value == 1
    assert np.isnan(measured["accuracy"].low)


def test_the_best_threshold_is_the_best_of_all():
    found = predictions(2, seed=6)
    scores = found.probabilities[:, 1]
    best = best_threshold(found.labels, scores)
    by_hand = {t: f1_score(found.labels, scores >= t) for t in np.unique(scores)}
    assert f1_score(found.labels, scores >= best) == max(by_hand.values())
    assert best_threshold(np.zeros(3, np.int64), np.arange(3.0)) == 0.5
