import numpy as np

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.plan import make_plan
from toy import toy_dataset


def test_every_chosen_protein_is_in_one_shard_longest_first():
    data = toy_dataset()
    plan = make_plan(data, ExtractionOptions(shard_residues=40, max_length=28), max_residues=None)
    numbers = [number for shard in plan.shards for number in shard]
    assert sorted(numbers) == list(range(len(data)))
    lengths = [min(len(data[plan.chosen[number]]), 28) for number in numbers]
    assert lengths == sorted(lengths, reverse=True)
    assert len(plan.shards) > 2


def test_the_model_limits_the_length():
    assert make_plan(toy_dataset(), ExtractionOptions(), max_residues=20).max_length == 20
    assert make_plan(toy_dataset(), ExtractionOptions(max_length=10), max_residues=20).max_length == 10
    assert make_plan(toy_dataset(), ExtractionOptions(), max_residues=None).max_length == 510


def test_a_limit_draws_by_seed():
    data = toy_dataset()
    plans = [make_plan(data, ExtractionOptions(limit=3, seed=seed), max_residues=None).chosen for seed in range(20)]
    assert all(len(set(chosen)) == 3 and list(chosen) == sorted(chosen) for chosen in plans)
    assert len(set(plans)) > 5
    assert np.unique([i for chosen in plans for i in chosen]).tolist() == list(range(len(data)))
    assert make_plan(data, ExtractionOptions(limit=99), max_residues=None).chosen == tuple(range(len(data)))
