"""Probes: what the hidden states and the attention of each layer say about residues and residue pairs.

``probe_analysis`` holds the public analysis. ``features`` keeps the states of each layer on disk; ``tasks`` says what
is asked of residues and ``pair_samples`` of pairs; ``estimators`` and ``fitting`` learn it; ``scores`` measures it
beside ``control_task`` and the baselines; ``probe_summary`` names the best layer of each property.
"""
