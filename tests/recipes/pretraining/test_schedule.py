import pytest
from minis.schedule import Budget, rate_factor


def test_the_rate_rises_to_one_and_falls_to_zero_as_half_a_cosine():
    assert rate_factor(0.0, warm_up=0.1) == 0
    assert rate_factor(0.05, warm_up=0.1) == pytest.approx(0.5)
    assert rate_factor(0.1, warm_up=0.1) == 1
    assert rate_factor(0.55, warm_up=0.1) == pytest.approx(0.5)
    assert rate_factor(0.325, warm_up=0.1) == pytest.approx(0.853553, abs=1e-6)
    assert rate_factor(1.0, warm_up=0.1) == pytest.approx(0)
    assert rate_factor(1.3, warm_up=0.1) == pytest.approx(0)
    assert rate_factor(0.0, warm_up=0.0) == 1


def test_a_budget_is_used_by_time_or_by_steps_whichever_is_first():
    assert Budget(minutes=2).used(seconds=30, steps=999) == 0.25
    assert Budget(steps=8).used(seconds=999, steps=2) == 0.25
    assert Budget(minutes=2, steps=8).used(seconds=90, steps=2) == 0.75
    with pytest.raises(ValueError, match="minutes or steps"):
        Budget()
