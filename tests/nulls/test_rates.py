"""Shuffled rows of the bundled models have no findings but at the rate that q-values state."""

import pytest
from scipy.stats import binom

from protlens.extraction.extraction_options import ExtractionOptions
from protlens.extraction.run import extract
from protlens.nulls.null_analysis import null
from protlens.stats.run_tables import read_tables
from protlens.stats.verdict import LEVEL

pytestmark = pytest.mark.slow

PROPERTIES = ["secondary_structure:turn", *(f"amino_acid:{letter}" for letter in "ACDE")]
LEAST_LIKELY = 1e-3


@pytest.mark.parametrize("model", ["mini-bert", "mini-xlnet"])
def test_shuffled_rows_have_findings_at_the_stated_rate_and_fewer_than_the_run(tmp_path, model):
    run = extract(model, "pdb-mini", PROPERTIES, out=tmp_path / "run", options=ExtractionOptions(limit=40))
    table = null(run, kind="rows", repeats=2).tables.nulls.unique("property")
    asked, found = int(table["repeats_supported"].sum()), int(table["repeats_with_findings"].sum())
    assert asked == 2 * len(PROPERTIES)
    assert found <= binom.isf(LEAST_LIKELY, asked, LEVEL)
    heads = read_tables(run).heads
    above = heads.filter(heads["verdict"].is_in(["beyond_control", "beyond_background"]))
    assert above["property"].n_unique() > binom.isf(LEAST_LIKELY, len(PROPERTIES), LEVEL)
