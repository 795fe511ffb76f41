import pytest

from protlens.errors import OptionError
from protlens.jacobians.jacobian_options import JacobianOptions, jacobian_runs, substitutes_tried


@pytest.mark.parametrize(
    ("runs", "tried", "cost"),
    [
        (None, 20, 191),
        (11, 1, 11),
        (20, 1, 11),
        (21, 2, 21),
        (56, 5, 51),
        (191, 19, 191),
        (201, 20, 191),
        (9999, 20, 191),
    ],
)
def test_a_budget_is_never_exceeded_and_holds_what_it_can(runs, tried, cost):
    options = JacobianOptions(kind="states", runs=runs)
    assert substitutes_tried(10, options) == tried
    assert jacobian_runs(10, options) == cost


@pytest.mark.parametrize("count", [substitutes_tried, jacobian_runs])
def test_a_budget_too_small_for_a_chain_is_refused(count):
    with pytest.raises(OptionError, match=r"^option runs: 10 for a chain of 10 residues; allowed: 11 or more; cut the"):
        count(10, JacobianOptions(kind="categorical", runs=10))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "logits"}, "option kind: 'logits'; allowed: categorical, states"),
        ({"kind": "states", "runs": 0}, "option runs: 0; allowed: 1 or more"),
        ({"kind": "states", "batch_tokens": 0}, "option batch_tokens: 0; allowed: 1 or more"),
    ],
)
def test_values_that_are_not_allowed_are_refused(options, message):
    with pytest.raises(OptionError) as error:
        JacobianOptions(**options)
    assert str(error.value) == message
