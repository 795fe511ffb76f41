import os
import sys
from pathlib import Path

import pytest

from protlens.data.mmseqs import families_by_mmseqs, is_installed
from protlens.errors import DatasetError

PROGRAM = """#!{python}
import sys
verb, fasta, result, folder, *limits = sys.argv[1:]
assert (verb, limits) == ("easy-cluster", ["--min-seq-id", "0.3", "-c", "0.8", "--cov-mode", "0"]), sys.argv
lines = open(fasta).read().split()
first = {{}}
with open(result + "_cluster.tsv", "w") as table:
    for name, sequence in zip(lines[::2], lines[1::2]):
        table.write(first.setdefault(sequence[0], name[1:]) + "\\t" + name[1:] + "\\n")
"""
"""Stands for MMseqs2: sequences of one first letter are a cluster."""


@pytest.fixture
def install(tmp_path, monkeypatch):
    def write(text: str) -> None:
        program = tmp_path / "mmseqs"
        program.write_text(text.format(python=sys.executable))
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return write


def families(sequences):
    return families_by_mmseqs(sequences, identity=0.3, coverage=0.8)


def test_without_the_program_it_is_not_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not is_installed()
    with pytest.raises(DatasetError, match=r"clustering with MMseqs2: .*mmseqs"):
        families(["ACD", "ACE"])


def test_families_are_those_of_its_table_in_the_order_of_the_sequences(install):
    install(PROGRAM)
    assert is_installed()
    assert families(["WCD", "ACD", "WWW", "ACD", "AAA", "YYY"]) == [0, 1, 0, 1, 1, 2]


def test_a_sequence_that_it_leaves_out_stands_alone(install):
    install("#!{python}\nimport sys\nopen(sys.argv[3] + '_cluster.tsv', 'w').write('0\\t0\\n')\n")
    assert families(["ACD", "WCD", "ACD"]) == [0, 1, 0]


def test_a_failure_is_told_with_its_last_line(install):
    install("#!{python}\nimport sys\nprint('first\\nno space', file=sys.stderr)\nsys.exit(3)\n")
    with pytest.raises(DatasetError, match=r"exit status 3: no space; .*easy-cluster"):
        families(["ACD", "WCD"])


@pytest.mark.parametrize("table", ["nothing", "0 1", "a\\tb"])
def test_a_damaged_table_is_an_error(install, table):
    install(f"#!{{python}}\nimport sys\nopen(sys.argv[3] + '_cluster.tsv', 'w').write('{table}\\n')\n")
    with pytest.raises(DatasetError, match="clustering with MMseqs2"):
        families(["ACD", "WCD"])


def test_nothing_is_left_in_the_temporary_folder(install, tmp_path, monkeypatch):
    install(PROGRAM)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    families(["ACD", "WCD"])
    assert list(Path(tmp_path / "temporary").iterdir()) == []
