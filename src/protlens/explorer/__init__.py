"""Looking at a run, or at a structure: all that the page shows, with the model at hand or without it.

An :class:`~protlens.explorer.explorer.Explorer` answers with the documents that ``schema`` describes. ``builders`` make
them from a run and from the ``facts`` of a protein, with numbers as ``rounding`` gives them; ``start`` says what is
shown first. Proteins come from the ``library``, their arcs from ``arc_sources`` (kept in the run) or from
``model_arcs`` (computed). ``opening`` puts all of this together; it and ``model_arcs`` alone use torch.
"""
