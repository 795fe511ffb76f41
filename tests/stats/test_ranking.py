import pytest

from protlens.analysis import tabulate
from protlens.extraction.options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.properties.catalog import select_properties
from protlens.stats.ranking import top_heads
from toy import toy_dataset, toy_model


@pytest.fixture(scope="module")
def heads(tmp_path_factory):
    data = toy_dataset()
    properties = select_properties(data, ["binding_site", "secondary_structure"])
    options = ExtractionOptions(threshold=0.05)
    return tabulate(extract(toy_model(), data, properties, out=tmp_path_factory.mktemp("run"), options=options)).heads


def test_a_property_shows_three_heads_and_a_class_one(heads):
    counts = dict(top_heads(heads)["property"].value_counts().iter_rows())
    assert counts.pop("binding_site") == 3
    assert set(counts.values()) == {1}


def test_the_highest_alignment_comes_first(heads):
    best = heads.filter("supported", property="binding_site").sort("alignment", descending=True)
    assert top_heads(heads).filter(property="binding_site")["label"].to_list() == best["label"][:3].to_list()


def test_properties_keep_their_order(heads):
    order = heads["property"].unique(maintain_order=True).to_list()
    assert top_heads(heads)["property"].unique(maintain_order=True).to_list() == order


def test_no_heads_are_no_top_heads(heads):
    assert top_heads(heads.clear()).height == 0
    assert top_heads(heads.with_columns(supported=False)).height == 0
