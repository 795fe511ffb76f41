"""Figures: a table and an Axes in, the Axes out."""
