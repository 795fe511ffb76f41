"""Make the bundled dataset ptm-mini: UniProt proteins with post-translational modification sites.

    python recipes/datasets/ptm_mini.py DATA src/protlens/data/bundled/ptm-mini.parquet

DATA holds ``labels/uniprot_modification_sites.{fasta,tsv}.gz`` and ``sequences/swissprot_2014_01.fasta.gz``, whose
headers name the 50 % cluster of each sequence. What is kept and why stands in ``docs/datasets.md``.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, cycle
from pathlib import Path

import networkx as nx

from protlens.data.dataset import Dataset
from protlens.data.formats.fasta import read_records
from protlens.data.formats.site_tables import read_uniprot_sites
from protlens.data.protein import Protein

SEED = 2022
SIZE = 500
LENGTHS = range(40, 511)
WORD = 5
SHARED = 0.05
RESIDUES = {
    "phosphorylation_st": "ST",
    "phosphorylation_y": "Y",
    "ubiquitination": "K",
    "sumoylation": "K",
    "acetylation": "K",
    "n_glycosylation": "N",
    "methylation_k": "K",
    "methylation_r": "R",
}
"""The residues each kind can stand on; a site elsewhere tells that the sequence has changed since."""


def kinds(protein: Protein) -> list[str]:
    """Return the kinds that a protein is listed for."""
    return [name.partition(":")[2] for name in protein.tracks if ":" in name]


def consistent(protein: Protein) -> bool:
    """Whether all sites stand on residues that can be so modified."""
    return all(
        letter in RESIDUES[kind]
        for kind in kinds(protein)
        for letter, mark in zip(protein.sequence, protein.tracks[f"modification:{kind}"], strict=True)
        if mark == "1"
    )


def similar(proteins: Iterable[Protein]) -> Iterable[tuple[str, str]]:
    """Yield pairs that share at least 5 % of the words of five letters of the one with fewer words."""
    words = {p.id: {p.sequence[i : i + WORD] for i in range(len(p) - WORD + 1)} for p in proteins}
    holders = defaultdict(list)
    for name, own in words.items():
        for word in own:
            holders[word].append(name)
    shared = Counter(pair for names in holders.values() for pair in combinations(names, 2))
    return (pair for pair, n in shared.items() if n >= SHARED * min(len(words[name]) for name in pair))


def clustered(proteins: list[Protein], swissprot: Path) -> list[Protein]:
    """Return the proteins with their cluster: linked by shared words or a common 50 % cluster of Swiss-Prot."""
    known = {protein.id for protein in proteins}
    graph = nx.Graph(similar(proteins))
    graph.add_nodes_from(known)
    for record in read_records(swissprot):
        if record.id in known:
            graph.add_edge(record.id, record.header.split("c50=")[1] + " c50")
    cluster = {name: min(part & known) for part in nx.connected_components(graph) for name in part}
    return [replace(protein, cluster=cluster[protein.id]) for protein in proteins]


def chosen(proteins: list[Protein]) -> list[Protein]:
    """Take proteins for each kind in turn, the rarest kind first, never two of one cluster."""
    shuffled = random.Random(SEED).sample(proteins, len(proteins))
    by_kind = {kind: [p for p in reversed(shuffled) if kind in kinds(p)] for kind in RESIDUES}
    taken: dict[str, Protein] = {}
    for kind in cycle(sorted(RESIDUES, key=lambda kind: len(by_kind[kind]))):
        while by_kind[kind] and by_kind[kind][-1].cluster in taken:
            by_kind[kind].pop()
        if by_kind[kind]:
            protein = by_kind[kind].pop()
            taken[protein.cluster] = protein
        if len(taken) == SIZE or not any(by_kind.values()):
            return sorted(taken.values(), key=lambda protein: protein.id)
    raise AssertionError("cycle does not end")


def main(data: Path, out: Path) -> None:
    """Choose the proteins, write them and print what was kept."""
    labels = data / "labels"
    annotated = read_uniprot_sites(
        labels / "uniprot_modification_sites.fasta.gz", labels / "uniprot_modification_sites.tsv.gz"
    )
    fitting = [protein for protein in annotated if len(protein) in LENGTHS and consistent(protein)]
    candidates = clustered(fitting, data / "sequences" / "swissprot_2014_01.fasta.gz")
    dataset = Dataset("ptm-mini", chosen(candidates))
    dataset.write(out)
    print(f"{len(annotated)} annotated, {len(candidates)} fit, {len({p.cluster for p in candidates})} clusters")
    print(f"{len(dataset)} kept, {sum(dataset.lengths)} residues, {out.stat().st_size} bytes")
    for track in dataset.tracks:
        marks = [protein.tracks[track] for protein in dataset if track in protein.tracks]
        print(f"{track}: {len(marks)} proteins, {sum(mark.count('1') for mark in marks)} sites")
    print(dataset.fingerprint())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
