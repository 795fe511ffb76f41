import chains
import numpy as np
import polars as pl

from protlens import load_dataset


def table():
    rows = [("9ABC.A", "r", 40), ("8ABC.A", "r", 41), ("7ABC.A", "s", 45), ("6ABC.A", "t", 39), ("5ABC.A", "u", 511)]
    return pl.DataFrame(
        {
            "id": [name for name, _, _ in rows],
            "cluster30": [cluster for _, cluster, _ in rows],
            "sequence": ["A" * length for _, _, length in rows],
            "ca": [[number * 100 for number in range(3 * length)] for _, _, length in rows],
            "cb": [[-1, 250, 7] * length for _, _, length in rows],
        },
        schema_overrides={"ca": pl.List(pl.Int32), "cb": pl.List(pl.Int16)},
    )


def test_one_chain_of_a_cluster_is_written_with_its_coordinates_in_angstrom(tmp_path):
    table().write_parquet(tmp_path / "chains.parquet")
    chains.main([str(tmp_path / "chains.parquet"), "--count", "5", "--out", str(tmp_path / "drawn.parquet")])
    drawn = load_dataset(str(tmp_path / "drawn.parquet"))
    assert sorted(protein.cluster for protein in drawn) == ["r", "s"]
    assert drawn.ids == sorted(drawn.ids)
    last = drawn[[protein.cluster for protein in drawn].index("s")]
    np.testing.assert_allclose(last.ca[2], [6, 7, 8])
    np.testing.assert_allclose(last.cb[44], [-0.01, 2.5, 0.07], rtol=1e-6)


def test_the_sample_does_not_depend_on_the_order_of_the_table():
    drawn = [protein.id for protein in chains.draw(table(), 1)]
    assert len(drawn) == 1
    assert [protein.id for protein in chains.draw(table().reverse(), 1)] == drawn
