"""Looking at a run, or at a structure: all that the page shows, with the model at hand or without it."""

from protlens.exploration.opening import open_run, open_structure

__all__ = ["open_run", "open_structure"]
