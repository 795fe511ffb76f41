import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from protlens.errors import OptionError
from protlens.naming import metric_title
from protlens.plots.probe_figures import (
    draw_probe_curves,
    draw_probe_figures,
    draw_reliability,
    probe_figure,
    reliability_figure,
)


def probes(name: str, layers: int, *, metric: str = "f1", attention: bool = False) -> pl.DataFrame:
    rng = np.random.default_rng(len(name))
    rows = [("embedding", layer, rng.uniform(0.3, 0.9)) for layer in range(layers + 1)]
    rows += [("control", layer, 0.99) for layer in range(layers + 1)]
    rows += [("amino_acid", None, 0.25), ("majority", None, 0.1)]
    if attention:
        for source in ("attention", "attention_apc"):
            rows += [(source, layer, rng.uniform(0.1, 0.5)) for layer in range(1, layers + 1)]
    return pl.DataFrame(
        [
            {
                "property": name,
                "source": source,
                "layer": layer,
                "metric": metric,
                "value": value,
                "ci_low": value - 0.05,
                "ci_high": value + 0.05,
            }
            for source, layer, value in rows
        ],
        schema_overrides={"layer": pl.Int64},
        infer_schema_length=None,
    )


def alignment(name: str, layers: int) -> pl.DataFrame:
    means = np.random.default_rng(1).random(layers)
    return pl.DataFrame({"property": [name] * layers, "layer": np.arange(layers), "mean_alignment": means})


def reliability(source: str = "embedding", layer: int | None = 3) -> pl.DataFrame:
    share = np.array([0.01, 0.04, 0.12, 0.5])
    return pl.DataFrame(
        {
            "source": source,
            "layer": pl.Series([layer] * 4, dtype=pl.Int64),
            "bin_low": [0.0, 0.02, 0.1, 0.4],
            "bin_high": [0.02, 0.1, 0.4, 1.0],
            "pairs": [900, 400, 100, 99],
            "predicted": [0.011, 0.05, 0.1, 0.7],
            "observed": [0.01, 0.04, 0.12, 0.5],
            "ci_low": [*(share[:3] * 0.8), 0.4],
            "ci_high": [*(share[:3] * 1.2), 0.6],
        }
    )


def test_curves_are_the_values_in_percent_and_the_control_is_not_drawn():
    table = probes("contact", 6, attention=True)
    axes = draw_probe_curves(table, Figure().add_subplot())
    lines = {line.get_label(): line for line in axes.lines}
    assert set(lines) == {"hidden states", "attention", "attention with APC", "amino acid alone", "majority"}
    states = table.filter(source="embedding")
    np.testing.assert_allclose(lines["hidden states"].get_ydata(), 100 * states["value"].to_numpy())
    assert lines["hidden states"].get_xdata().tolist() == list(range(7))
    assert lines["attention"].get_xdata().tolist() == list(range(1, 7))
    assert lines["amino acid alone"].get_ydata()[0] == 25
    assert axes.get_ylim()[1] > 100 * table.filter(pl.col("source") != "control")["ci_high"].max()


def test_a_layer_without_value_is_a_gap():
    table = probes("site", 4).with_columns(
        pl.when(pl.col("layer") == 2).then(None).otherwise(pl.col("value")).alias("value")
    )
    drawn = draw_probe_curves(table, Figure().add_subplot()).lines
    values = next(line for line in drawn if line.get_label() == "hidden states").get_ydata()
    assert np.isnan(values).tolist() == [False, False, True, False, False]


def test_two_properties_are_refused():
    with pytest.raises(OptionError, match="2 properties"):
        draw_probe_curves(pl.concat([probes("a", 2), probes("b", 2)]), Figure().add_subplot())


@pytest.mark.slow
@pytest.mark.parametrize("layers", [1, 6, 12, 48])
def test_any_depth_is_tidy_and_ordered_by_centre_of_gravity(layers, assert_tidy):
    names = ["secondary_structure", "secondary_structure:strand", "contact", "binding_site:small_molecule"]
    table = pl.concat([probes(name, layers, attention=name == "contact") for name in names])
    centres = pl.DataFrame({"property": names[1:], "centre_of_gravity": [3.5, 2.5, None]})
    shown = pl.concat([alignment(name, layers) for name in names[1:]])
    figure = probe_figure(table, layers=shown, centres=centres, about="model · data")
    assert_tidy(figure)
    titles = [axes.get_title(loc="left") for axes in figure.axes[::2]]
    assert titles[:2] == ["Contact", "Secondary structure: strand"]
    assert len(figure.axes) == 8


def test_reliability_leaves_out_bins_of_few_pairs():
    axes = draw_reliability(reliability(), Figure().add_subplot())
    points = next(line for line in axes.lines if line.get_label() == "pairs in a bin")
    np.testing.assert_allclose(points.get_xdata(), [1.1, 5, 10])
    np.testing.assert_allclose(points.get_ydata(), [1, 4, 12])
    assert axes.get_xlim() == axes.get_ylim()


def test_reliability_of_several_probes_stands_side_by_side(assert_tidy):
    table = pl.concat([reliability(), reliability("attention_apc", 12), reliability("amino_acid", None)])
    figure = reliability_figure(table, about="model · data")
    assert_tidy(figure)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Hidden states, layer 3",
        "Attention with APC, layer 12",
        "Amino acid alone",
    ]


def test_metrics_have_names():
    names = ["precision:all:L/5", "precision:long:L", "f1_macro", "balanced_accuracy"]
    assert [metric_title(name) for name in names] == [
        "precision at L/5",
        "precision at L, long range",
        "macro F1",
        "balanced accuracy",
    ]


def test_what_is_there_is_written(tmp_path):
    files = draw_probe_figures(probes("site", 3), reliability().head(0), tmp_path, layers=alignment("site", 3))
    assert [file.name for file in files] == ["probes.pdf", "probes.png"]
    both = draw_probe_figures(probes("site", 3), reliability(), tmp_path, layers=alignment("site", 3))
    assert [file.name for file in both[2:]] == ["reliability.pdf", "reliability.png"]
    assert draw_probe_figures(probes("site", 3).head(0), reliability().head(0), tmp_path, layers=pl.DataFrame()) == []
