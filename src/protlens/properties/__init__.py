"""Yes/no facts about residues and residue pairs.

What a package that adds a property needs stands in ``__init__.pyi`` and loads when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
