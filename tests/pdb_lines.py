"""PDB text, line by line, for structures that no real file offers."""


def atom(
    serial, name, residue, number, xyz, *, chain="A", icode=" ", altloc=" ", occupancy=1.0, element=None, het=False
):
    x, y, z = xyz
    field = f" {name:<3}" if len(element or name[0]) == 1 else f"{name:<4}"
    return (
        f"{'HETATM' if het else 'ATOM  '}{serial:5d} {field}{altloc}{residue:>3} {chain}{number:4d}{icode}   "
        f"{x:8.3f}{y:8.3f}{z:8.3f}{occupancy:6.2f}{10:6.2f}          {element or name[0]:>2}"
    )


def residue(serial, name, number, start, **kwargs):
    """N, CA, C, O and (but for glycine) CB of a residue whose CA stands at ``start``."""
    x, y, z = start
    places = {"N": (x - 1.2, y, z), "CA": (x, y, z), "C": (x + 1.3, y, z), "O": (x + 1.3, y + 1.2, z)}
    if name != "GLY":
        places["CB"] = (x, y - 1.0, z + 1.0)
    return [atom(serial + i, place, name, number, xyz, **kwargs) for i, (place, xyz) in enumerate(places.items())]


def chain(names, *, numbers=None, chain="A", spacing=3.8, origin=(0.0, 0.0, 0.0)):
    """A stretched chain along x, its C and N 1.3 angstrom apart, closed by TER."""
    lines = []
    for i, name in enumerate(names):
        number = numbers[i] if numbers else i + 1
        start = origin[0] + i * spacing, origin[1], origin[2]
        lines += residue(10 * i + 1, name, number, start, chain=chain, het=False)
    return [*lines, f"TER   {9999:5d}      {names[-1]:>3} {chain}"]


def seqres(names, *, chain="A"):
    rows = [names[i : i + 13] for i in range(0, len(names), 13)]
    return [f"SEQRES {i + 1:3d} {chain} {len(names):4d}  {' '.join(row)}" for i, row in enumerate(rows)]


def write(path, *parts):
    path.write_text("\n".join([line for part in parts for line in part] + ["END", ""]))
    return path
