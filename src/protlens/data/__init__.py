"""Proteins: records, readers and datasets (see ``protein`` for the data model).

What a package that adds a dataset or a format needs stands in ``__init__.pyi`` and loads when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
