"""PDB text of any program, rewritten in the columns that gemmi reads.

What differs between programs: columns 73 to 80 (segment, entry and line number before 1996, charge and type of atom in
PDBQT), names of four letters, numbers that outgrow their columns, residues that share a number. Of each line is kept
what the format says; ``segment`` then holds the number of a block, in which no atom comes twice.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import gemmi

from protlens.data.structures.residue_aliases import LONG_NAMES, is_amino_acid_name
from protlens.errors import FileFormatError

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ATOM = ("ATOM  ", "HETATM")
_CHARGE = re.compile(r"(?:\d[+-]|[+-]\d|\s*\d?)\s*")
_DOCKING_TYPES = {
    "A": "C", "G": "C", "GA": "C", "J": "C", "Q": "C", "OA": "O", "OS": "O", "OC": "O", "NA": "N", "NS": "N", "NX": "N",
    "SA": "S", "HD": "H", "HS": "H", "W": "O", "Z": "C",
}  # fmt: skip
"""AutoDock's types of atom that are not called by their element."""

_PDBQT = re.compile(
    r"^(?:ROOT|BRANCH|TORSDOF|ENDROOT)|^(?:ATOM  |HETATM).{60} {4}[ +-]\d\.\d{3} [A-Za-z]", re.MULTILINE
)
_MAX_DECIMAL = 9999


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of atoms: how many TER records of its chain came before it, and its segment."""

    closed: int
    segment: str


@dataclass(slots=True)
class _Writer:
    """One pass over the lines of coordinates."""

    is_docking: bool
    has_segments: bool
    blocks: list[Block] = field(default_factory=list)
    long_names: dict[str, str] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    place: tuple[str, int, str] | None = None
    residue: tuple[str, ...] = ()
    number: int = 0
    seen: set[tuple[str, ...]] = field(default_factory=set)
    atoms: set[str] = field(default_factory=set)

    def close(self) -> None:
        """Note the TER of the chain that is being read."""
        if self.place is not None:
            self.closed[self.place[0]] = self.closed.get(self.place[0], 0) + 1

    def line(self, line: str) -> str:
        """Return a line of coordinates in the columns of the format."""
        line = f"{line.rstrip():<80}"
        line = line[:30] + line[30:66].replace(",", ".") + line[66:]
        name, chain = self._names(line)
        segment = line[72:76].strip() if self.has_segments else ""
        number, icode = line[22:26].strip(), line[26]
        if icode.isdigit():
            number, icode = number + icode, " "
        self._find_block(chain, segment, (number, icode, name), line[12:17])
        tail = _element(line[76:80], line[12:16], is_docking=self.is_docking)
        shown = _hybrid(self.number)
        block = _base36(len(self.blocks) - 1)
        place = f"{line[11:17]}{name:>3}{chain:>2}{shown}{icode}{line[27:54]}"
        return f"{line[:6]}    1{place}{_occupancies(line)}      {block}{tail}"

    def _names(self, line: str) -> tuple[str, str]:
        name, chain = line[17:20].strip(), line[20:22].strip()
        long = line[17:21].strip()
        if line[20] != " " and (line[21] == " " or long.upper() in LONG_NAMES) and len(long) == 4:
            code = next((code for code, known in self.long_names.items() if known == long), "")
            code = code or f"~{_base36(len(self.long_names))[-2:]}"
            self.long_names[code] = long
            return code, line[21].strip()
        return name, chain

    def _find_block(self, chain: str, segment: str, residue: tuple[str, str, str], atom: str) -> None:
        place = chain, self.closed.get(chain, 0), segment
        key = (*residue, atom)
        goes_on = place == self.place and residue == self.residue
        doubled = goes_on and atom[-1] == " " and is_amino_acid_name(residue[2]) and self._starts_again(atom.strip())
        if place != self.place or (key in self.seen and (doubled or not goes_on)):
            self.blocks.append(Block(place[1], segment))
            self.seen = set()
            goes_on = False
        if not goes_on:
            self.number = _number(residue[0], before=self.number)
            self.atoms = set()
        self.place, self.residue = place, residue
        self.seen.add(key)
        self.atoms.add(atom.strip())

    def _starts_again(self, atom: str) -> bool:
        """Whether an atom begins another residue of the same number, and is no second place of the one before."""
        return (atom == "N" and "C" in self.atoms) or (atom == "CA" and self.atoms == {"CA"})


@dataclass(frozen=True, slots=True)
class PdbText:
    """What gemmi reads, the blocks that its segments number, and the names of four letters behind their codes."""

    text: str
    blocks: Sequence[Block]
    long_names: dict[str, str]


def is_docking(text: str) -> bool:
    """Whether text is PDBQT, by its records or its columns of charges and types."""
    return _PDBQT.search(text) is not None


def rewrite_pdb(lines: Sequence[str], *, is_docking: bool) -> PdbText:
    """Rewrite the first model of a PDB file, without TER records.

    Parameters
    ----------
    lines
        The file's lines.
    is_docking
        Whether they are PDBQT.

    Raises
    ------
    FileFormatError
        If a line of coordinates is too short to hold them.
    """
    tails = [line[72:80] for line in lines if line.startswith(_ATOM)]
    writer = _Writer(is_docking, has_segments=not is_docking and _has_segments(tails))
    return PdbText("\n".join(_rewritten(lines, writer)) + "\n", writer.blocks, writer.long_names)


def _rewritten(lines: Sequence[str], writer: _Writer) -> Iterator[str]:
    for line in lines:
        if line.startswith(_ATOM):
            if len(line.rstrip()) < 54:
                raise FileFormatError(f"a line of coordinates that is too short: {line[:60]!r}")
            yield writer.line(line)
        elif line.startswith("TER"):
            writer.close()
        elif line.startswith("ENDMDL") and writer.blocks:
            return
        elif not line.startswith(("CONECT", "ANISOU", "SIGATM", "SIGUIJ", "MODEL", "ENDMDL")):
            yield line


def _has_segments(tails: Sequence[str]) -> bool:
    """Whether columns 73 to 76 name segments, not an entry whose lines are numbered in columns 77 to 80."""
    numbered = sum(tail[4:].strip().isdigit() and len(tail[4:].strip()) > 1 for tail in tails)
    return numbered * 2 <= len(tails)


def _occupancies(line: str) -> str:
    """Return occupancy and temperature factor, as far as they are numbers."""
    return "".join(f"{part:>6}" if _is_number(part) else default for part, default in
                   ((line[54:60].strip(), "  1.00"), (line[60:66].strip(), "  0.00")))  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e5
    except ValueError:
        return False


def _element(tail: str, name: str, *, is_docking: bool) -> str:
    """Return columns 77 to 80, blank where they hold neither an element nor its charge."""
    if is_docking:
        kind = tail.strip()
        element = _DOCKING_TYPES.get(kind.upper(), kind)
        return f"{element if _is_element(element) else _DOCKING_TYPES.get(name.strip()[:1], ''):>2}  "
    element, charge = tail[:2], tail[2:]
    if not _is_element(element.strip()):
        return "    "
    return f"{element:>2}{charge if _CHARGE.fullmatch(charge) else '  '}"


def _is_element(text: str) -> bool:
    return text.isalpha() and gemmi.Element(text).atomic_number > 0


def _number(text: str, *, before: int) -> int:
    """Read a decimal or hybrid-36 number; what is neither counts on, as VMD's hexadecimal ones and asterisks do."""
    try:
        return int(text)
    except ValueError:
        pass
    width = 4
    if len(text) == width and text[0].isalpha() and text.isalnum() and text in (text.upper(), text.lower()):
        above: int = 10**width + (0 if text.isupper() or text[0].isupper() else 26 * 36**3)
        return int(text, 36) - 10 * 36**3 + above
    return before + 1


def _hybrid(number: int) -> str:
    if -1000 < number <= _MAX_DECIMAL:
        return f"{number:4d}"
    offset = number - _MAX_DECIMAL - 1
    return _base36(offset + 10 * 36**3) if 0 <= offset < 26 * 36**3 else f"{number % 10000:4d}"


def _base36(number: int) -> str:
    text = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text
