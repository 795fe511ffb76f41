"""What the attention of a protein language model has learned.

In one call, and what came of it::

    analysis = protlens.analyze("mini-bert", "pdb-mini", out="run")
    analysis                                # the best heads, as a table
    analysis.tables.heads                   # every head and property, as a polars data frame
    analysis.plot.heads("contact")          # a figure; analysis.plot says which there are
    protlens.show("run")                    # the page with the structure, in a notebook
    protlens.write_report("run")            # all of it as one HTML file

What there is, by task:

* look without a model: ``open_example``, ``open_run``, ``open_structure``, ``show``, ``view``, ``serve``
* proteins: ``load_dataset``, ``build_dataset``, ``import_dataset``, ``read_structure``, ``Dataset``, ``Protein``
* models: ``load_model``, ``check_model``, ``load_masked_lm``, and ``AttentionModel`` for one of your own
* properties: ``select_properties``, ``Contact``, ``Disulfide``, ``AminoAcid``, ``TrackProperty``, or any ``Property``
* many proteins: ``extract``, ``finish``, ``run_status``, ``retry``, with the engines ``Processes`` and ``RayEngine``
* is it real: ``null``, ``compare``, ``ablate``, ``describe_heads``, ``probe``, ``reproduce``
* contacts: ``predict_contacts``, ``evaluate_contacts``, ``contact_precision``
* long chains and complexes: ``WindowedModel``, ``join_chains``, ``LinkedModel``, ``InterContact``
* figures and tables: ``draw_figures``, ``tabulate``, ``head_table``

``help(protlens.analyze)`` says what each takes and gives; what fails raises ``ProtlensError`` with one clear line.
"""

# The public names stand in ``__init__.pyi``, each with its home; they are resolved when they are first used, so that
# ``import protlens`` is quick and loads neither torch nor matplotlib.

from typing import Any

import lazy_loader

_resolve, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # not above: it takes as long to load as all else here

        return version("protlens")
    return _resolve(name)
