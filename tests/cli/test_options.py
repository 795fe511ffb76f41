import pytest

from protlens.cli.options import with_options


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("start over with fresh=True", "start over with --fresh"),
        ("choose another folder as out=, or start over", "choose another folder as --out, or start over"),
        ("say where it is as dataset=", "say where it is as --dataset"),
        ("measure between CA with contact_atom='CA'", "measure between CA with --contact-atom ca"),
        ("as port= (0 takes a free one) or host=", "as --port (0 takes a free one) or --host"),
        ("header 'SET=train model=x'", "header 'SET=train model=x'"),
        ("layout=, freshness", "layout=, freshness"),
        ("keep_arcs 0.0; allowed: above 0", "--keep-arcs 0.0; allowed: above 0"),
        ("option jacobian_length: -1; allowed: 0 or more", "--jacobian-length -1; allowed: 0 or more"),
        ("option inverse_penalty: inf; allowed: a number", "--c inf; allowed: a number"),
        ("threshold nan; allowed: above 0", "--threshold nan; allowed: above 0"),
        ("repeats 0; allowed: 1 or more", "--repeats 0; allowed: 1 or more"),
        ("seed -1; allowed: 0 or more", "--seed -1; allowed: 0 or more"),
        ("residues of x: 2 residues", "residues of x: 2 residues"),
        ("test.fasta: seed 1", "test.fasta: seed 1"),
    ],
)
def test_messages_of_the_command_line_name_its_options(message, expected):
    assert with_options(message) == expected
