"""Damaged checkpoints of every family: a model or one line (``scripts/fuzz.py``)."""

import numpy as np
import pytest

from fuzz_targets import FAMILIES, model_targets, outcome
from mutations import damage_one, mutated

COUNT = 8
PARTS = ("weights", "settings")


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    return model_targets(tmp_path_factory.mktemp("targets"))


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_damage_is_refused_in_one_line_or_a_model(targets, family, part, tmp_path):
    target, rng = targets[f"{family}, {part}"], np.random.default_rng(FAMILIES.index(family))
    for number in range(COUNT):
        copy = tmp_path / f"{number}-{family}"
        what = damage_one(target.whole, copy, rng, mutated)
        assert outcome(target.read, copy) in ("read", "refused"), what


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_whole_is_a_model(targets, family, part, tmp_path):
    target = targets[f"{family}, {part}"]
    damage_one(target.whole, tmp_path / family, np.random.default_rng(0), lambda content, rng: ("nothing", content))
    assert outcome(target.read, tmp_path / family) == "read"
