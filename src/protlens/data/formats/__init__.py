"""Files of sequences and labels: FASTA, label tables, FLIP, ProteinNet, TAPE, tables of sites, CASP RR.

Each module reads one format into :class:`~protlens.data.protein.Protein` records; ``text`` opens all of them, plain or
gzipped, and ``plain_pickles`` reads the pickles inside TAPE's files without running anything.
"""
