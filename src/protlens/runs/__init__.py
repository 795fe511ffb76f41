"""The run directory: what an analysis keeps on disk."""
