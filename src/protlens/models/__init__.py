"""Protein language models that show their attention."""
