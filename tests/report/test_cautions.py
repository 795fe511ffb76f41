from types import SimpleNamespace

import polars as pl
import pytest

from protlens.report.cautions import cautions
from protlens.report.findings import find


class MadeRun:
    """As much of a run as cautions look at."""

    def __init__(self, *statuses):
        self.manifest = SimpleNamespace(options={"threshold": 0.25, "max_length": 1022})
        reasons = ["too long" if status == "skipped" else None for status in statuses]
        self._proteins = pl.DataFrame({"status": statuses, "reason": reasons}, schema_overrides={"reason": pl.String})

    def proteins(self):
        return self._proteins


def said(run, made, mode="matched"):
    return cautions(run, find(made.tables), mode=mode)


@pytest.mark.parametrize(
    ("statuses", "first"),
    [
        (["cut", "analysed"], "1 of 2 proteins was cut after 1,022 residues;"),
        (["cut", "cut", "analysed"], "2 of 3 proteins were cut after 1,022 residues;"),
        (["skipped", "analysed"], "1 protein skipped: too long"),
        (["skipped", "skipped"], "2 proteins skipped: too long"),
        (["analysed"], "Attention that coincides with a property is an association."),
    ],
)
def test_what_was_left_out_is_counted(made, statuses, first):
    assert said(MadeRun(*statuses), made)[0].startswith(first)


def test_the_threshold_and_the_properties_asked_are_named(made):
    text = " ".join(said(made.run, made))
    supported = sum(bool(one.supported) for one in find(made.tables))
    assert "weight 0.1 or more" in text
    assert f"not for {supported} properties" in text


def test_paper_mode_is_warned_of(made):
    assert said(made.run, made, mode="paper")[0].startswith("Counted as published")
    assert not any("published" in line for line in said(made.run, made))


def test_one_property_is_not_many(made):
    [contact] = [one for one in find(made.tables) if one.name == "contact"]
    assert "at once" not in " ".join(cautions(made.run, [contact], mode="matched"))
