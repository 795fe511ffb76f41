"""From a model and a dataset to a run directory."""
