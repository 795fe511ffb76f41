import numpy as np
import pytest

import protlens
from planted import planted_dataset, planted_proteins
from planted_copy import copying_proteins
from protlens.ablation.held_out import NO_CONTACTS, hold_out, learn_regression
from protlens.contacts.regression_file import save_regression
from protlens.data.splits import cluster_of
from protlens.errors import DatasetError
from tiny_models import tiny_model_folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return protlens.load_model(tiny_model_folder("bert", tmp_path_factory.mktemp("tiny") / "model"), device="cpu")


@pytest.fixture(scope="module")
def dataset():
    return planted_dataset(planted_proteins(18, length=40, per_cluster=2))


def test_no_protein_shares_a_cluster_with_one_that_is_trained_on(model, dataset):
    options = protlens.AblationOptions(train=4, proteins=5, max_length=38)
    held_out = hold_out(dataset, model, options)
    trained = {cluster_of(dataset[position]) for position in held_out.train}
    assert len(held_out.train) == 4
    assert len(held_out.proteins) == len(held_out.chains) == len(held_out.places) == 5
    assert not trained & set(held_out.clusters)
    assert max(map(len, held_out.proteins)) <= 38
    assert held_out.without_contacts == ""
    again = hold_out(dataset, model, options)
    assert [one.id for one in again.proteins] == [one.id for one in held_out.proteins]
    other = hold_out(dataset, model, protlens.AblationOptions(train=4, proteins=5, seed=1))
    assert [one.id for one in other.proteins] != [one.id for one in held_out.proteins]


def test_nothing_that_a_saved_regression_has_seen_is_measured_on(model, dataset, tmp_path):
    options = protlens.AblationOptions(train=6, most_pairs=300, proteins=50)
    held_out = hold_out(dataset, model, options)
    regression, record = learn_regression(dataset, model, held_out, options)
    assert record.proteins == tuple(dataset.ids[position] for position in held_out.train)
    save_regression(tmp_path / "r.safetensors", regression, model=model.info, training=record)
    given = hold_out(dataset, model, protlens.AblationOptions(regression=tmp_path / "r.safetensors", proteins=50))
    assert given.train == ()
    assert np.array_equal(given.saved[0].weights, regression.weights)
    assert not set(record.clusters) & set(given.clusters)
    unseen = {one.id for one in dataset} - {one.id for one in dataset if one.cluster in record.clusters}
    assert {one.id for one in given.proteins} == unseen


@pytest.mark.parametrize(("train", "reason"), [(20, NO_CONTACTS), (0, "they were not asked for")])
def test_without_contacts_any_proteins_are_drawn(model, dataset, train, reason):
    proteins = copying_proteins(9) if train else dataset
    held_out = hold_out(proteins, model, protlens.AblationOptions(train=train, proteins=4))
    assert len(held_out.proteins) == 4
    assert held_out.chains == held_out.train == ()
    assert held_out.without_contacts == reason


def test_too_few_proteins_to_learn_from_are_refused(model, dataset):
    with pytest.raises(DatasetError, match="ask for fewer training proteins"):
        hold_out(dataset, model, protlens.AblationOptions(train=20))
