"""Structure files: from atoms to protein chains with tracks.

``structure_file`` parses mmCIF, BinaryCIF and PDB into one gemmi structure; ``polymer`` says which residues make a
chain; ``ligands``, ``modified``, ``bonds`` and ``secondary_structure`` say what is known of each residue; ``chains``
puts them together as :class:`~protlens.data.protein.Protein` records.
"""
