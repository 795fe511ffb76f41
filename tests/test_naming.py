import pytest

from protlens.naming import background_label, file_stem, property_title, run_line


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("contact", "Contact"),
        ("binding_site:small_molecule", "Binding site: small molecule"),
        ("secondary_structure:helix", "Secondary structure: helix"),
        ("amino_acid:A", "Amino acid A"),
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
    assert background_label(1.2661, 1.2662) == "background 1.27 %"
    assert background_label(1.2, 1.45) == "background 1.20 to 1.45 %"


def test_file_names_are_safe_and_differ():
    taken = set()
    names = ["a:b", "a/b", "A b", "a-b-2", "../..", "é", "x" * 300]
    stems = [file_stem("heads", name, taken=taken) for name in names]
    assert stems[:3] == ["heads-a-b", "heads-a-b-2", "heads-A-b-3"]
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert all(len(stem) < 120 and "/" not in stem and ".." not in stem for stem in stems)
