"""Jacobians: maps of residue pairs from how a model's answers change with the sequence; no labels, no attention.

::

    sequence --jacobian_substitutes--> answers to substituted sequences --jacobian_maps--> float32 [residue, residue]
                                                                              |
                                                     jacobian_store: finished maps and blocks on disk

``jacobian_options`` says which answers are looked at, and what that costs.
"""
