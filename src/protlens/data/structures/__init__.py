"""Structure files: from atoms to protein chains with tracks.

``structure_file`` parses mmCIF, BinaryCIF and PDB into one gemmi structure. On the way ``pdb_text`` and ``cif_block``
put right what programs write in other columns, ``residue_aliases`` gives residues the PDB's names,
``conformers`` keeps one of alternatives, and ``pieces`` parts chains by what ``linked`` finds bonded. ``polymer`` says
which residues make a chain; ``ligands``, ``modified``, ``bonds`` and ``secondary_structure`` say what is known of each
residue; ``chains`` puts them together as :class:`~protlens.data.protein.Protein` records.
"""
