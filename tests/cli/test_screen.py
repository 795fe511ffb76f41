"""Tables on a page of 80 columns."""

from protlens.cli.screen import WIDTH, print_table, table_lines

ROWS = [["pdb-mini", "chains of known structure: contacts, secondary structure, binding sites, modifications", "1,418"]]


def test_a_cell_is_broken_between_words_to_fit(capsys):
    print_table("Datasets", ["name", "what it is", "chains analysed"], ROWS)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) > 3
    words = " ".join(lines).split()
    assert all(word in words for cell in ROWS[0] for word in cell.split())


def test_a_word_is_never_broken_not_even_where_the_table_gets_wider():
    word = "x" * (WIDTH + 20)
    lines = table_lines("Long", ["name", "value"], [[word, "0.5"]])
    assert any(line.startswith(f"{word}  ") and line.endswith("0.5") for line in lines)
