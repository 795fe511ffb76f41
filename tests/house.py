"""The rules of the house that import-linter does not hold: each lists what breaks it below a folder of sources."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

MOST_LINES = {"function": 60, "module": 400}
TYPE_NAME = re.compile(r"[A-Z][A-Z0-9]*[a-z]\w*")

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def modules(folder: Path) -> dict[str, tuple[Path, ast.Module]]:
    """Return the modules below a folder of packages, by their full names."""
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): (path, ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(folder.rglob("*.py"))
    }


def shared_basenames(folder: Path, pairs: Mapping[str, str]) -> list[str]:
    """Name the files that stand in three rooms, or in two without a reason."""
    rooms = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        if path.name != "__init__.py":
            rooms[path.name].append(path.parent.relative_to(folder).as_posix())
    shared = {name: places for name, places in rooms.items() if len(places) > 1}
    broken = [f"{name}: {', '.join(at)}" for name, at in shared.items() if len(at) > 2 or name not in pairs]
    return broken + [f"{name}: listed, but no pair" for name in pairs if name not in shared]


def shared_types(folder: Path) -> list[str]:
    """Name the public classes and aliases of types that more than one module defines."""
    homes = defaultdict(list)
    for name, (_, tree) in modules(folder).items():
        for defined in _types(tree):
            homes[defined].append(name)
    return [f"{defined}: {', '.join(at)}" for defined, at in homes.items() if len(at) > 1]


def _types(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            names = []
        yield from filter(TYPE_NAME.fullmatch, names)


def unused_modules(folder: Path, entries: set[str]) -> list[str]:
    """Name the modules that no other imports, no stub names and no entry point starts."""
    known = modules(folder)
    used = set(entries)
    for name, (path, tree) in known.items():
        used |= _imported(tree, name, is_package=path.name == "__init__.py")
    for path in folder.rglob("*.pyi"):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        used |= _imported(ast.parse(path.read_text(encoding="utf-8")), name, is_package=path.name == "__init__.pyi")
    return [name for name, (path, _) in known.items() if path.name != "__init__.py" and name not in used]


def _imported(tree: ast.Module, module: str, *, is_package: bool) -> set[str]:
    """Return all that could be a module among the names that a module imports or spells out."""
    room = module.removesuffix(".__init__") if is_package else module.rpartition(".")[0]
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = room.rsplit(".", node.level - 1)[0] if node.level else ""
            home = ".".join(filter(None, (above, node.module)))
            names |= {home, *(f"{home}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= {node.value.partition(":")[0]}
    return names - {module}


def long_functions(folder: Path) -> list[str]:
    """Name the functions with more lines than a function may have, those of its docstring left out."""
    return [
        f"{name}.{node.name}: {lines} lines"
        for name, (_, tree) in modules(folder).items()
        for node in ast.walk(tree)
        if isinstance(node, Definition) and (lines := _lines(node)) > MOST_LINES["function"]
    ]


def _lines(node: Definition) -> int:
    first = node.body[0]
    docstring = first.end_lineno - first.lineno + 1 if ast.get_docstring(node, clean=False) is not None else 0
    return node.end_lineno - node.lineno + 1 - docstring


def long_modules(folder: Path) -> list[str]:
    """Name the modules with more lines than a module may have."""
    counted = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, (path, _) in modules(folder).items()}
    return [f"{name}: {lines} lines" for name, lines in counted.items() if lines > MOST_LINES["module"]]


def forwarding_modules(folder: Path) -> list[str]:
    """Name the modules, other than packages, that define nothing of their own."""
    return [
        name
        for name, (path, tree) in modules(folder).items()
        if path.name != "__init__.py" and all(_forwards(node) for node in tree.body)
    ]


def _forwards(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        named = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return named == ["__all__"] or isinstance(node.value, ast.Name | ast.Attribute)
    return False


def public_names(stub: Path) -> list[str]:
    """Return the names that a stub of a package gives to the world."""
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    names = [
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    return [name for name in names if not name.startswith("_")]


def undocumented(stub: Path, pages: list[Path], package: str) -> list[str]:
    """Name the public names that no page has as ``package.NAME``."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return [name for name in public_names(stub) if not re.search(rf"\b{package}\.{name}\b", text)]
