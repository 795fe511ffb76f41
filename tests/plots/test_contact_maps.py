import numpy as np
import polars as pl
from matplotlib.figure import Figure

from protlens.plots.contact_maps import contact_map_figure, draw_contact_map


def made_up(length=12):
    first, second = np.triu_indices(length, 6)
    contact = pl.Series([True, False, None] * len(first))[: len(first)]
    return pl.DataFrame(
        {"first": first, "second": second, "probability": np.linspace(0, 0.9, len(first)), "contact": contact}
    )


def images(axes):
    return [np.ma.filled(image.get_array().astype(float), np.nan) for image in axes.images]


def test_prediction_stands_above_the_diagonal_and_truth_below():
    table = made_up()
    predicted, missing, touching = images(draw_contact_map(table, Figure().add_subplot(), length=12))
    for i in range(12):
        for j in range(12):
            row = table.filter(first=min(i, j), second=max(i, j))
            known = len(row) == 1 and row["contact"][0] is not None
            assert np.isnan(predicted[i, j]) == (i >= j or not len(row))
            if not np.isnan(predicted[i, j]):
                assert predicted[i, j] == row["probability"][0]
            assert (missing[i, j] == 1) == (i > j and len(row) == 1 and not known)
            assert (touching[i, j] == 1) == (i > j and known and row["contact"][0])


def test_all_chains_share_one_scale():
    axes = draw_contact_map(made_up(), Figure().add_subplot(), length=12)
    assert axes.images[0].get_clim() == (0.0, 1.0)


def test_the_figure_is_tidy(assert_tidy):
    table = made_up(40)
    figure = contact_map_figure(table, length=40, title="Contacts of 1ABC.A", about="mini-bert")
    assert_tidy(figure)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["contact in the structure (below the diagonal)", "not known"]
    whole = contact_map_figure(table.with_columns(contact=pl.lit(True)), length=40, title="t")
    assert len(whole.legends[0].get_texts()) == 1
