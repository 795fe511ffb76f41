import numpy as np
import pytest

from protlens.contacts.labelled_chains import LabelledChains, label_chain
from protlens.properties.pair import Contact
from toy import toy_dataset

CONTACT = Contact(cutoff=9.0)


def test_a_chain_carries_all_pairs_with_what_is_known_of_them():
    protein = toy_dataset()[0]
    chain = label_chain(protein, CONTACT)
    mask = CONTACT.mask(protein)
    assert len(chain.pairs) == sum(j - i >= 6 for i in range(30) for j in range(i, 30))
    for i, j, contact, known in zip(chain.pairs.first, chain.pairs.second, chain.contacts, chain.known, strict=True):
        assert (contact, known) == (mask.holds[i, j], mask.known[i, j])
    assert 0 < chain.known.sum() < len(chain.pairs)


def test_precision_leaves_out_what_is_not_known():
    chain = label_chain(toy_dataset()[0], CONTACT)
    best = np.where(chain.known, chain.contacts, 9.0)[None].astype(float)
    table = chain.precision(best).filter(range="all", k="L/5")
    assert table["taken"].item() == 6
    assert table["precision"].item() == min(1, chain.contacts.sum() / 6)
    assert table["pairs"].item() == chain.known.sum()


def test_chains_without_labels_are_left_out():
    dataset = toy_dataset()
    chains = LabelledChains(dataset, CONTACT, max_length=25)
    labelled = [i for i, p in enumerate(dataset) if p.cb is not None and len(p) > 6]
    assert list(chains.clusters) == list(chains.ids) == labelled
    assert chains.without_cluster == len(labelled)
    assert [chains.is_cut(i) for i in labelled] == [len(dataset[i]) > 25 for i in labelled]
    assert len(chains[0].protein) == chains.length(0) == 25
    with pytest.raises(KeyError):
        chains[1]
