"""Residue pairs: lists of them, attention as maps over them, and the precision of a ranking of them.

What contact prediction and contact probes share, with what separation and amino acids say without a model. A pair is
unordered (``i < j``) and its two positions are zero-based; a map is ``float32 [layer head residue residue]``, of which
one layer is alive at a time.
"""
