from typing import get_args

import pytest

from protlens.contacts.evaluation import BEST, JACOBIAN, RANDOM, REGRESSION, SEPARATION, STATISTICS, TOP
from protlens.naming import (
    BACKGROUNDS,
    CONTACT_METHODS,
    INTERVALS,
    background_label,
    contact_method,
    file_stem,
    metric_title,
    property_title,
    property_words,
    run_line,
)
from protlens.typing import Mode


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("contact", "Contact"),
        ("binding_site:small_molecule", "Binding site: small molecule"),
        ("secondary_structure:helix", "Secondary structure: helix"),
        ("amino_acid:A", "Ala (A)"),
        ("amino_acid:charged", "Amino acid: charged"),
        ("modification:phosphorylation_st", "Modification: phosphorylation (S/T)"),
        ("modification:methylation_k", "Modification: methylation (K)"),
        ("modification:n_glycosylation", "Modification: N-glycosylation"),
        ("modification:other", "Modification: other"),
        ("_hidden", "Hidden"),
        ("pKa_shift", "PKa shift"),
        ("___", "___"),
    ],
)
def test_a_property_is_written_in_words(name, title):
    assert property_title(name) == title


def test_the_run_line_says_what_it_is_given():
    assert run_line(model="m", dataset="d", threshold=0.3, mode="paper") == "m · d · threshold 0.3 · paper mode"
    assert run_line(threshold=0.25) == "threshold 0.25"
    assert run_line() == ""


def test_a_background_is_one_number_where_its_ends_read_the_same():
    assert background_label(1.2661, 1.2662) == "background 1.3 %"
    assert background_label(1.2, 1.44) == "background 1.2\N{EN DASH}1.4 %"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contact", "contact"),
        ("secondary_structure:helix", "secondary structure: helix"),
        ("amino_acid:W", "Trp (W)"),
        ("pKa_shift", "pKa shift"),
    ],
)
def test_within_a_sentence_a_property_has_a_capital_only_as_its_own(name, words):
    assert property_words(name) == words


@pytest.mark.parametrize(
    ("metric", "title"),
    [
        ("precision:all:L/5", "precision at L/5"),
        ("precision:long:L", "precision at L, long range"),
        ("f1_macro", "macro F1"),
        ("balanced_accuracy", "balanced accuracy"),
        ("f1:helix", "f1:helix"),
    ],
)
def test_a_metric_is_written_in_words(metric, title):
    assert metric_title(metric) == title


def test_every_way_of_predicting_contacts_has_a_label():
    names = {BEST, TOP, REGRESSION, JACOBIAN, RANDOM, SEPARATION, STATISTICS}
    assert names <= CONTACT_METHODS.keys()
    assert all(contact_method(name) == CONTACT_METHODS[name] for name in names)
    assert contact_method("unheard of") == "unheard of"


def test_methods_name_the_heads_that_were_chosen():
    chosen = {"best": (2, 1), "top": 5}
    assert contact_method(BEST, **chosen) == "best head in training, 3-2"
    assert contact_method(TOP, **chosen) == "mean of top 5 heads in training"
    assert contact_method(REGRESSION, **chosen) == contact_method(REGRESSION)


@pytest.mark.parametrize("labels", [BACKGROUNDS, INTERVALS])
def test_every_mode_has_its_labels(labels):
    assert set(labels) == set(get_args(Mode))
    assert all(labels.values())


def test_file_names_are_safe_and_differ():
    taken = set()
    names = ["a:b", "a/b", "A b", "a-b-2", "../..", "é", "x" * 300]
    stems = [file_stem("heads", name, taken=taken) for name in names]
    assert stems[:3] == ["heads-a-b", "heads-a-b-2", "heads-A-b-3"]
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert all(len(stem) < 120 and "/" not in stem and ".." not in stem for stem in stems)
