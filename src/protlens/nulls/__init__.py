"""Null runs: the same analysis of something in which there is nothing to find.

Each repeat of a kind (see ``null_kinds``) is a run of its own, made by ``protlens.extraction`` of a model or of
proteins in which one thing was made random::

    null_kinds              which kinds there are, what each leaves, what messages call it
    keyed                   random numbers that depend on what they are for, not on what was drawn before
    orders                  random orders of the residues of a chain
    null_proteins           proteins in which sequences, labels or coordinates lie in another order
    shuffled_rows           a model whose attention weights are permuted within each row
    null_models             a model with other weights
    null_folders            where the nulls of a run are, which are finished, and what their heads reach
    null_analysis           the one entry: null()

What a head is beside its nulls is counted in ``protlens.stats.null_comparison``.
"""
