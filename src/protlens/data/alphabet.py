"""Amino-acid letters."""

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
"""The twenty standard amino acids, in alphabetical order of their one-letter codes."""

AMBIGUOUS = "BJXZ"
"""Letters that leave open which amino acid stands there."""

LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""What a sequence may contain: the twenty, U and O, and the ambiguous letters."""
