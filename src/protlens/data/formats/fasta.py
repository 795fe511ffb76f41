"""FASTA files."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from protlens.data.formats.labels import add_labels
from protlens.data.formats.text import MAX_RECORDS, TextSource, most_records, read_lines, source_name
from protlens.data.identifiers import accession
from protlens.data.protein import LETTERS, Protein
from protlens.errors import FileFormatError, LeftOutWarning, explain

MAX_RESIDUES = 100_000
"""The longest sequence that is read; the longest known protein, titin, has some 35,000 residues."""

_NUCLEOTIDES = frozenset("ACGTUN")
_FEWEST_NUCLEOTIDES = 20


@dataclass(frozen=True, slots=True)
class Record:
    """One FASTA record as it stands in the file.

    Parameters
    ----------
    id
        The first word of the header; of UniProt's ``sp|P01308|INS_HUMAN`` the accession.
    header
        The whole header, without ``>``.
    body
        What follows, line ends and white space removed.
    where
        File and line of the header, for messages.
    """

    id: str
    header: str
    body: str
    where: str


def read_records(source: TextSource) -> Iterator[Record]:
    """Yield the records of a FASTA file (see :func:`parse_records`)."""
    return parse_records(read_lines(source), name=source_name(source), most=most_records(source))


def parse_records(numbered: Iterable[tuple[int, str]], *, name: str, most: int = MAX_RECORDS) -> Iterator[Record]:
    """Yield the records of FASTA text, whose bodies may be sequences or labels.

    Parameters
    ----------
    numbered
        Lines with their numbers.
    name
        What messages call the text.
    most
        Records that it may have.

    Raises
    ------
    FileFormatError
        If there are no records, a record has no id or no body or more than ``MAX_RESIDUES``, or an id stands twice.
    """
    header: str | None = None
    lines: list[str] = []
    seen: set[str] = set()
    where, size = "", 0
    for number, line in numbered:
        if line.startswith(">"):
            if header is not None:
                yield _record(header, lines, where, seen, most)
            header, lines, where, size = line[1:], [], f"{name}, line {number}", 0
        elif header is not None:
            lines.append("".join(line.split()))
            size += len(lines[-1])
            if size > MAX_RESIDUES:
                raise FileFormatError(explain(where, found="a longer record", allowed=f"up to {MAX_RESIDUES} letters"))
        elif line.strip():
            found = "text before the first header"
            raise FileFormatError(explain(f"FASTA file {name}", found=found, allowed="records that begin with '>'"))
    if header is None:
        raise FileFormatError(explain(f"FASTA file {name}", found="no records", allowed="records that begin with '>'"))
    yield _record(header, lines, where, seen, most)


def _record(header: str, lines: list[str], where: str, seen: set[str], most: int) -> Record:
    body = "".join(lines)
    if not header.strip() or not body:
        missing = "sequence" if header.strip() else "id"
        raise FileFormatError(explain(where, found=f"a record without {missing}"))
    name = accession(header.split()[0])
    if name in seen:
        raise FileFormatError(explain(where, found=f"id {name!r} stands twice", hint="give each record its own id"))
    if len(seen) == most:
        raise FileFormatError(explain(where, found="more records", allowed=f"up to {most} in a file"))
    seen.add(name)
    return Record(name, header, body, where)


def sequence_of(record: Record) -> str:
    """Return a record's sequence in upper case, without the ``*`` that may end it.

    Raises
    ------
    FileFormatError
        If it holds gaps or anything else that is not a letter A to Z, or is one of DNA or RNA.
    """
    sequence = record.body.upper().rstrip("*")
    if odd := sorted(set(sequence) - LETTERS):
        hint = "remove the gaps of an alignment first" if set(odd) & {"-", "."} else None
        found = f"record {record.id!r} holds {' '.join(odd[:8])!r}"
        raise FileFormatError(explain(record.where, found=found, allowed="letters A to Z", hint=hint))
    if not sequence:
        raise FileFormatError(explain(record.where, found="a record without sequence"))
    if _is_nucleic(sequence):
        found = f"record {record.id!r} holds nothing but nucleotides, {' '.join(sorted(set(sequence)))}"
        hint = "translate it first"
        raise FileFormatError(explain(record.where, found=found, allowed="protein sequences", hint=hint))
    return sequence


def _is_nucleic(sequence: str) -> bool:
    """Whether a sequence has the letters of all bases and no other; chains of Ala, Thr and Asn alone are proteins."""
    letters = set(sequence)
    return len(sequence) >= _FEWEST_NUCLEOTIDES and letters <= _NUCLEOTIDES and {*"ACG"} < letters - {"N"}


def _without_stops(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records that can be proteins, and tell which are left out as they hold a stop inside."""
    stopped, kept = [], 0
    for record in records:
        place = record.body.rstrip("*").find("*")
        if place < 0:
            kept += 1
            yield record
        else:
            stopped.append(explain(record.where, found=f"record {record.id!r} has a stop, '*', as letter {place + 1}"))
    if stopped and not kept:
        raise FileFormatError(stopped[0])
    for line in stopped:
        warnings.warn(f"left out {line}", LeftOutWarning, stacklevel=4)


def read_fasta(source: TextSource, *, labels: TextSource | None = None) -> list[Protein]:
    """Read proteins from a FASTA file, with labels if a table of them is given.

    Parameters
    ----------
    source
        The FASTA file, plain or compressed with gzip, or one that is open for reading text; the first word of a header
        is the protein's id, or the accession in it. A record with a stop, ``*``, before its end is left out with a
        warning.
    labels
        A label table (see :mod:`protlens.data.formats.labels`).

    Raises
    ------
    FileFormatError
        If a file is not what it should be, or the table contradicts the sequences.
    """
    proteins = [Protein(id=record.id, sequence=sequence_of(record)) for record in _without_stops(read_records(source))]
    return proteins if labels is None else add_labels(proteins, labels)
