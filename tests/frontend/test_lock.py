import json
from pathlib import Path

FRONTEND = Path(__file__).parents[2] / "frontend"


def test_the_lock_file_pins_all_that_is_needed_on_every_platform_and_names_no_registry():
    """An optional package that the lock file lacks makes ``npm ci`` fail, on this platform and on others."""
    text = (FRONTEND / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    standing = {path.rpartition("node_modules/")[2] for path in packages}
    for path, package in packages.items():
        needed = {**package.get("dependencies", {}), **package.get("optionalDependencies", {})}
        assert needed.keys() <= standing, path
        assert not path or {"version", "integrity"} <= package.keys(), path
    assert '"resolved"' not in text


def test_what_is_asked_for_by_name_is_asked_for_by_one_version():
    asked = json.loads((FRONTEND / "package.json").read_text())
    for version in (asked["dependencies"] | asked["devDependencies"]).values():
        assert version[0].isdigit()
