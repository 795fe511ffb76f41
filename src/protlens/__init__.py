"""What the attention of a protein language model has learned.

:func:`protlens.analyze` is the whole analysis in one call. The public names stand in ``__init__.pyi``, each with its
home; they are resolved when they are first used, so that ``import protlens`` is quick and loads neither torch nor
matplotlib.
"""

from typing import Any

import lazy_loader

_resolve, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # not above: it takes as long to load as all else here

        return version("protlens")
    return _resolve(name)
