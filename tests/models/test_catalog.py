import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import transformers

from protlens.errors import UnknownNameError
from protlens.heads import parse_head_label
from protlens.models.adapters.families import MODEL_FAMILIES
from protlens.models.catalog import CATALOG, DEFAULT, ModelSpec
from protlens.registry import Registry

PUBLISHED = {"tape-bert", "prot-bert", "prot-bert-bfd", "prot-albert", "prot-xlnet"}
IMPORTED = "import sys, {module}; print(sorted({{'torch', 'transformers', 'huggingface_hub'}} & set(sys.modules)))"


def _imports(module: str) -> str:
    command = [sys.executable, "-c", IMPORTED.format(module=module)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.slow
def test_the_catalog_is_read_without_torch() -> None:
    assert _imports("protlens.models.catalog") == "[]"
    assert "torch" in _imports("protlens.models.protocol")


@pytest.mark.parametrize("name", list(CATALOG))
def test_every_entry_is_whole(name: str) -> None:
    spec = CATALOG[name]
    assert spec.name == name
    assert spec.family in {*MODEL_FAMILIES, "saprot", *transformers.CONFIG_MAPPING}
    assert spec.licence
    assert spec.note
    assert spec.bundled or spec.repository or spec.package or "folder" in spec.note
    assert spec.layers * spec.heads * spec.parameters > 0


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_published_heads_exist(name: str) -> None:
    spec = CATALOG[name]
    assert [head.property for head in spec.published] == ["contact", "binding_site", "modification"]
    for head in spec.published:
        layer, number = parse_head_label(head.label)
        assert layer < spec.layers
        assert number < spec.heads
        assert 0 < head.percent < 100


def test_only_the_papers_models_have_published_heads() -> None:
    assert {name for name in CATALOG if CATALOG[name].published} == PUBLISHED


def test_the_default_comes_with_the_package() -> None:
    assert CATALOG[DEFAULT].bundled


def test_a_name_that_is_nearly_right_brings_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean esm-2-650m"):
        CATALOG["esm2-650m"]


def test_an_installed_package_can_add_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mine", f"{__name__}:SPEC", "protlens.models")
    monkeypatch.setattr("protlens.registry.entry_points", lambda *, group: [point] if group == point.group else [])
    registry = Registry[ModelSpec]("model", CATALOG.group, {DEFAULT: CATALOG[DEFAULT]})
    assert list(registry) == [DEFAULT, "mine"]
    assert registry["mine"] is sys.modules[__name__].SPEC


SPEC = ModelSpec(
    name="mine", family="bert", repository="me/mine", layers=1, heads=1, parameters=1, licence="MIT", max_residues=10
)
