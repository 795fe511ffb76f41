"""Yes/no facts about residues and residue pairs."""
