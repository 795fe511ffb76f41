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
    ],
)
def test_messages_of_the_command_line_name_its_options(message, expected):
    assert with_options(message) == expected
