import polars as pl

from protlens.probing.probe_summary import SUMMARY, main_rows, probe_summary
from protlens.probing.residue_probes import SCHEMA


def row(name: str, source: str, layer: int | None, metric: str, value: float, validation: float | None = None) -> dict:
    empty = dict.fromkeys(SCHEMA)
    return empty | {
        "property": name,
        "source": source,
        "layer": layer,
        "metric": metric,
        "value": value,
        "validation": validation,
    }


TABLE = pl.DataFrame(
    [
        row("site", "embedding", 0, "average_precision", 0.5, 0.3),
        row("site", "embedding", 0, "selectivity", -0.2, 0.3),
        row("site", "control", 0, "average_precision", 0.9, 0.99),
        row("site", "embedding", 1, "average_precision", 0.4, 0.6),
        row("site", "embedding", 1, "f1", 0.2, 0.6),
        row("site", "embedding", 1, "selectivity", -0.1, 0.6),
        row("site", "amino_acid", None, "average_precision", 0.25, 0.2),
        row("site", "majority", None, "average_precision", 0.1),
        row("contact", "embedding", 0, "precision:all:L/5", 0.3, None),
        row("contact", "attention", 1, "precision:all:L/5", 0.2, -0.1),
        row("contact", "attention", 2, "precision:all:L/5", 0.6, -0.2),
        row("contact", "majority", None, "precision:all:L/5", 0.02),
    ],
    schema=SCHEMA,
)


def test_the_layer_is_chosen_on_validation_and_never_on_the_test():
    found = probe_summary(TABLE)
    assert found.columns == list(SUMMARY)
    shown = found.select("property", "source", "layer", "value", "amino_acid", "majority", "selectivity").rows()
    assert shown == [
        ("site", "embedding", 1, 0.4, 0.25, 0.1, -0.1),
        ("contact", "attention", 1, 0.2, None, 0.02, None),
        ("contact", "embedding", 0, 0.3, None, 0.02, None),
    ]


def test_each_property_shows_one_metric():
    shown = main_rows(TABLE).select("property", "metric").unique().sort("property").rows()
    assert shown == [("contact", "precision:all:L/5"), ("site", "average_precision")]


def test_no_probes_give_an_empty_summary():
    assert probe_summary(TABLE.head(0)).columns == list(SUMMARY)
    assert main_rows(TABLE.head(0)).is_empty()
