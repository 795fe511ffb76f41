import jaxtyping
import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from protlens.probing.estimators import SKLEARN_LIMIT, LogisticProbe


def samples(classes: int, *, seed: int = 0, count: int = 600, features: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Features of different size and correlation, and classes of different frequency that follow from them in part."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, features)) @ rng.normal(size=(features, features)) * rng.uniform(0.1, 30, features)
    logits = X @ rng.normal(size=(features, classes)) / X.std() + np.arange(classes)
    return X + 5, (logits + 2 * rng.gumbel(size=logits.shape)).argmax(axis=1)


@pytest.mark.parametrize("solver", ["auto", "sklearn", "torch"])
def test_it_passes_the_checks_of_scikit_learn(solver, monkeypatch):
    # They give every parameter an int first, and so ask that the constructor checks nothing.
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)
    results = check_estimator(LogisticProbe(solver=solver), on_skip=None)
    assert {result["status"] for result in results} <= {"passed", "skipped"}
    assert sum(result["status"] == "passed" for result in results) > 45


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("weight", [None, "balanced"])
@pytest.mark.parametrize("strength", [1e-3, 0.1, 10.0])
@pytest.mark.parametrize("solver", ["sklearn", "torch"])
def test_the_optimum_is_that_of_scikit_learn(classes, weight, strength, solver):
    X, y = samples(classes)
    probe = LogisticProbe(strength, class_weight=weight, solver=solver, tol=1e-7, max_iter=5000).fit(X, y)
    direct = LogisticRegression(C=strength, class_weight=weight, solver="newton-cg", tol=1e-10, max_iter=2000)
    reference = make_pipeline(StandardScaler(), direct).fit(X, y)
    assert probe.solver_ == solver
    np.testing.assert_allclose(probe.predict_proba(X), reference.predict_proba(X), atol=1e-4)
    np.testing.assert_array_equal(probe.predict(X), reference.predict(X))
    np.testing.assert_allclose(probe.coef_, direct.coef_, atol=2e-3)


def test_torch_takes_over_where_there_is_much_to_fit(monkeypatch):
    X, y = samples(3)
    assert X.size * 3 <= SKLEARN_LIMIT
    assert LogisticProbe().fit(X, y).solver_ == "sklearn"
    monkeypatch.setattr("protlens.probing.estimators.SKLEARN_LIMIT", X.size * 3 - 1)
    assert LogisticProbe().fit(X, y).solver_ == "torch"


@pytest.mark.parametrize("solver", ["sklearn", "torch"])
def test_classes_may_be_texts_and_features_constant(solver):
    X, y = samples(3)
    X[:, 2] = 7.25
    names = np.array(["strand", "helix", "other"])[y]
    probe = LogisticProbe(solver=solver).fit(X.astype(np.float32), names)
    assert list(probe.classes_) == ["helix", "other", "strand"]
    assert probe.scale_[2] == 1
    assert np.abs(probe.coef_[:, 2]).max() < 1e-3
    assert probe.score(X, names) > 0.6
    np.testing.assert_allclose(np.exp(probe.predict_log_proba(X)).sum(axis=1), 1)


@pytest.mark.parametrize("solver", ["sklearn", "torch"])
def test_a_fit_that_ends_too_early_warns(solver):
    X, y = samples(2)
    with pytest.warns(ConvergenceWarning):
        LogisticProbe(100.0, solver=solver, max_iter=2).fit(X, y)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="only one class: 1"):
        LogisticProbe().fit(np.eye(3), np.ones(3, np.int64))
