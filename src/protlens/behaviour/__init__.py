"""What each head does, in words with evidence: the behaviours, how each is measured, and from when on it is named.

::

    a run's tables ----------------------------> arc_evidence ----+
    proteins of the run -> chain -> measure --+                   +--> describe -> tables/behaviour.csv, the poster
    the same with a repeat inserted: repeats -+-> evidence -------+

Every measure is a share of attention for each protein, ``[protein, layer, head, variant]``, beside the share that chance
would give: the same rows of attention, spread evenly over all residues that each can see. Proteins vote alike.
"""
