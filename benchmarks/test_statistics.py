"""How long the table of heads takes beside permuting the labels of every protein, the null hypothesis itself."""

import numpy as np

from calibration import chains, columns, residue_counts, residue_sites
from measure import time_ratio
from protlens.stats.head_statistics import head_table


def _permuted(counts, *, permutations):
    rng = np.random.default_rng(0)
    sites, arcs, heads = counts.labelled, counts.attended, counts.eligible.shape[2]
    spread = []
    for _ in range(permutations):
        labels = sites.positive[np.lexsort([rng.random(len(sites.protein)), sites.protein])]
        spread.append(np.bincount(arcs.head, arcs.arcs * labels[arcs.site], minlength=heads))
    return np.std(spread, axis=0)


def test_table_of_heads_beside_permutations_of_labels(full, report):
    heads, permutations = (480, 200) if full else (20, 5)
    members = chains("secondary_structure:helix")
    sites = residue_sites(members)
    arcs = columns(sites, np.random.default_rng(0), heads=heads, each=6, per=4, carriers=len(members))
    counts = residue_counts("helix", members, sites, arcs, heads)

    def table():
        return head_table([counts], threshold=0.3, mode="matched")

    ratio = time_ratio(lambda: _permuted(counts, permutations=permutations), table, pairs=1)
    assert table()["z"].null_count() == 0
    report(
        f"1,000 permutations of labels / table of heads with its three controls, {heads} heads, {len(members)} chains: "
        f"{ratio.median * 1000 / permutations:.0f}, the table in {ratio.seconds[1]:.1f} s"
    )
