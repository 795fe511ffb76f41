"""Adapters: one module for each architecture that protlens reads, and what they have in common.

An adapter is a :class:`~protlens.models.adapters.family.Family`, a literal of functions that alone knows the special
tokens, the spelling of residues and the longest input of its architecture. ``families`` chooses one by
``config.json``.
"""
