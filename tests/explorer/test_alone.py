"""One structure has counts, and nothing that would need a sample of proteins."""

import pytest

from protlens.explorer.alone import LEAST_ARCS
from protlens.explorer.opening import open_structure

TESTED = ("background", "lift", "ci_low", "ci_high", "p_value", "q_value", "control", "control_lift")


@pytest.fixture(scope="module")
def protease(data_files):
    return open_structure(data_files / "structures" / "7hvp.pdb.gz")


def test_equal_chains_count_once_and_nothing_is_tested(protease):
    index = protease.document("index", {})
    assert index["alone"]
    assert index["dataset"]["proteins"] == 1
    assert index["modes"] == ["matched"]
    columns = protease.document("heads", {"property": "contact", "mode": "matched"})["columns"]
    assert set(columns["proteins"]) <= {0, 1}
    for name in TESTED:
        assert set(columns[name]) == {None}, name
    assert set(columns["verdict"]) == {"unsupported"}


def test_what_is_told_are_the_arcs_on_the_chain(protease):
    columns = protease.document("heads", {"property": "amino_acid:W", "mode": "matched"})["columns"]
    place = columns["label"].index("1-7")
    arcs = protease.document("arcs", {"protein": "7HVP.A", "head": "1-7"})
    mask = protease.document("protein", {"id": "7HVP.A"})["masks"]["amino_acid:W"]
    assert columns["arcs"][place] == len(arcs["weight"]) > LEAST_ARCS
    assert columns["hits"][place] == sum(mask[key] == "1" for key in arcs["key"])
    assert columns["alignment"][place] == pytest.approx(columns["hits"][place] / columns["arcs"][place], rel=1e-3)
    few = [arcs for arcs, known in zip(columns["arcs"], columns["supported"], strict=True) if not known]
    assert few
    assert max(few) < LEAST_ARCS


def test_with_a_run_its_statistics_are_shown(run, data_files):
    from toy import toy_model

    explorer = open_structure(data_files / "structures" / "7hvp.pdb.gz", run=run, model=toy_model(max_residues=35))
    assert not explorer.document("index", {})["alone"]
