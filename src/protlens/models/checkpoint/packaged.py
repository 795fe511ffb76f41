"""Checkpoints that installed packages carry, found by the packages' own lists of files and read as data."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from protlens.models.catalog import PackagedModel


def find_packaged(model: PackagedModel) -> tuple[Path, Path, str] | None:
    """Return the folders of a model and of its vocabulary, and the version that carries it; None if it is not here."""
    try:
        package = distribution(model.distribution)
    except PackageNotFoundError:
        return None
    root = Path(str(package.locate_file("")))
    folder, vocabulary = root / model.folder, root / (model.vocabulary or model.folder)
    if not (folder / "config.json").is_file():
        return None
    return folder, vocabulary, f"{model.distribution} {package.version}"
