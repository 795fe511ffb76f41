"""The classifier behind every probe.

Logistic regression on standardised features: binary, or multinomial over more classes. The optimum is unique, so a
probe has no epochs to choose and no starting point to draw.
"""

import warnings
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Float64, Int64
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.utils import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

SKLEARN_LIMIT = 50_000_000
"""Products of samples, features and classes up to which scikit-learn fits faster than torch."""


class LogisticProbe(ClassifierMixin, BaseEstimator):
    """Logistic regression with an L2 penalty on standardised features, as a scikit-learn classifier.

    Minimises ``C * sum_i w_i * loss_i + |W|^2 / 2`` over the samples i, where the loss is the cross entropy of the
    softmax and the penalty leaves the intercepts out.

    Parameters
    ----------
    C
        Inverse strength of the penalty.
    class_weight
        ``"balanced"`` weighs each class by ``samples / (classes * its samples)``; None weighs all samples one.
    solver
        ``sklearn`` or ``torch``, both L-BFGS and with the same optimum; ``auto`` takes scikit-learn up to
        ``SKLEARN_LIMIT``.
    tol
        The largest component of the gradient, per unit of sample weight, at which fitting ends.
    max_iter
        The most iterations; a fit that ends there warns.

    Attributes
    ----------
    classes_
        The classes, sorted.
    coef_, intercept_
        One row a class, or a single one for the second of two classes; for standardised features.
    mean_, scale_
        Mean and scale of the features fitted on; a feature that does not vary has the scale one.
    n_iter_, solver_
        Iterations, and which solver was used.
    """

    def __init__(
        self,
        C: float = 1.0,  # noqa: N803 - the name scikit-learn's users know
        *,
        class_weight: Literal["balanced"] | None = None,
        solver: Literal["auto", "sklearn", "torch"] = "auto",
        tol: float = 1e-4,
        max_iter: int = 500,
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any) -> "LogisticProbe":  # noqa: N803
        """Fit to samples ``X [sample, feature]`` and their classes ``y [sample]``.

        Raises
        ------
        ValueError
            If there are fewer than two classes, or a value is not finite.
        """
        samples, labels = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"a probe needs two classes or more; there is only one class: {self.classes_[0]}")
        self.mean_ = samples.mean(axis=0, dtype=np.float64)
        spread = samples.std(axis=0, dtype=np.float64)
        self.scale_ = np.where(spread > 1e-7 * np.maximum(np.abs(self.mean_), 1e-300), spread, 1.0)
        small = samples.size * len(self.classes_) <= SKLEARN_LIMIT
        self.solver_ = ("sklearn" if small else "torch") if self.solver == "auto" else self.solver
        solve = {"sklearn": self._solve_sklearn, "torch": self._solve_torch}[self.solver_]
        solve(self._standardised(samples), codes)
        return self

    def decision_function(self, X: Any) -> Float64[np.ndarray, "..."]:  # noqa: N803
        """Return the logit of the second of two classes, ``[sample]``, or one logit a class, ``[sample, class]``."""
        check_is_fitted(self)
        samples = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        logits = self._standardised(samples) @ self.coef_.T + self.intercept_
        return np.asarray(logits[:, 0] if len(self.classes_) == 2 else logits)

    def predict_log_proba(self, X: Any) -> Float64[np.ndarray, "sample class"]:  # noqa: N803
        """Return the logarithms of the probabilities of the classes."""
        logits = self.decision_function(X)
        if logits.ndim == 1:
            logits = np.stack([np.zeros_like(logits), logits], axis=1)
        return np.asarray(log_softmax(logits, axis=1))

    def predict_proba(self, X: Any) -> Float64[np.ndarray, "sample class"]:  # noqa: N803
        """Return the probabilities of the classes."""
        return np.asarray(np.exp(self.predict_log_proba(X)))

    def predict(self, X: Any) -> Any:  # noqa: N803
        """Return the most probable class of each sample."""
        logits = self.decision_function(X)
        return self.classes_[(logits > 0).astype(np.intp) if logits.ndim == 1 else logits.argmax(axis=1)]

    def _standardised(self, samples: np.ndarray) -> Float64[np.ndarray, "sample feature"]:
        return np.asarray((samples - self.mean_) / self.scale_)

    def _solve_sklearn(
        self, samples: Float64[np.ndarray, "sample feature"], codes: Int64[np.ndarray, " sample"]
    ) -> None:
        model = LogisticRegression(C=self.C, class_weight=self.class_weight, tol=self.tol, max_iter=self.max_iter)
        with threadpool_limits(limits=1):  # on so little work threads mostly wait for each other
            model.fit(samples, codes)
        self._keep(model.coef_, model.intercept_, int(model.n_iter_.max()))

    def _solve_torch(self, samples: Float64[np.ndarray, "sample feature"], codes: Int64[np.ndarray, " sample"]) -> None:
        features, targets = torch.from_numpy(samples), torch.from_numpy(codes)
        weights = torch.from_numpy(compute_sample_weight(self.class_weight, codes))
        binary = len(self.classes_) == 2
        outputs = 1 if binary else len(self.classes_)
        coefficients = torch.zeros((outputs, features.shape[1]), dtype=torch.float64, requires_grad=True)
        intercepts = torch.zeros(outputs, dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.LBFGS(
            [coefficients, intercepts],
            max_iter=self.max_iter,
            max_eval=2 * self.max_iter,
            history_size=20,
            tolerance_grad=self.tol,
            tolerance_change=0,
            line_search_fn="strong_wolfe",
        )
        share = weights / weights.sum()
        penalty = 1 / (2 * self.C * float(weights.sum()))

        def objective() -> torch.Tensor:
            optimiser.zero_grad()
            logits = features @ coefficients.T + intercepts
            if binary:
                logits = torch.cat([torch.zeros_like(logits), logits], dim=1)
            losses = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
            value = share @ losses + penalty * coefficients.square().sum()
            value.backward()  # type: ignore[no-untyped-call]
            return value

        with torch.inference_mode(mode=False), torch.enable_grad():
            optimiser.step(objective)  # type: ignore[no-untyped-call]
        iterations = int(optimiser.state[coefficients]["n_iter"])
        if iterations >= self.max_iter:
            warnings.warn(f"the probe did not converge in {self.max_iter} iterations", ConvergenceWarning, stacklevel=3)
        self._keep(coefficients.detach().numpy(), intercepts.detach().numpy(), iterations)

    def _keep(
        self, coefficients: Float64[np.ndarray, "output feature"], intercepts: Float64[np.ndarray, " output"], used: int
    ) -> None:
        """Keep the solution; adding a number to all intercepts changes nothing, so those of several sum to zero."""
        self.coef_ = coefficients
        self.intercept_ = intercepts - intercepts.mean() if len(intercepts) > 1 else intercepts
        self.n_iter_ = used
