"""Proteins: records, readers and datasets (see ``protein`` for the data model)."""
