"""A structure with attention upon it, as data: MolViewSpec, and files written from it."""
