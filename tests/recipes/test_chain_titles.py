import importlib.util
from dataclasses import replace
from pathlib import Path

import protlens
from protlens.data.protein import Protein

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("chain_titles", ROOT / "recipes/datasets/chain_titles.py")
recipe = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(recipe)
FILES = recipe.entries(ROOT / "tests/data_files/structures")


def test_the_names_of_the_bundled_domains_are_those_of_their_entries():
    bundled = [one for one in protlens.load_dataset("antibody-mini") if one.id.partition(".")[0] in ("4G6M", "5A2J")]
    assert [one.id for one in bundled] == ["4G6M.H", "4G6M.L", "5A2J.H-VH", "5A2J.H-VL"]
    nameless = [replace(one, title="", organism="") for one in bundled]
    again = recipe.named(nameless, FILES)
    assert [(one.title, one.organism) for one in again] == [(one.title, one.organism) for one in bundled]
    assert bundled[1].title == "LIGHT CHAIN OF GEVOKIZUMAB ANTIBODY BINDING FRAGMENT"


def test_another_chain_another_sequence_and_an_unknown_entry_stay_without_a_name():
    other = {"4G6M.Q": "GSHM", "4g6m.H": "W" * 30, "9zzz.A": "GSHM", "P69905": "V"}
    proteins = [Protein(id=name, sequence=sequence) for name, sequence in other.items()]
    assert recipe.named(proteins, FILES) == proteins


def test_every_domain_of_an_antibody_has_a_name_and_four_chains_of_provis_do():
    for name, count in {"antibody-mini": 31, "provis-valid": 4, "ptm-mini": 0}.items():
        dataset = protlens.load_dataset(name)
        assert sum(map(bool, dataset.titles)) == sum(map(bool, dataset.organisms)) == count
