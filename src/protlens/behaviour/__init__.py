"""What each head does, in words with evidence: the behaviours, how each is measured, and from when on it is named.

::

    a run's tables ----------------------------> arc_evidence ----+
    proteins of the run -> chain -> measure --+                   +--> describe -> tables/behaviour.csv, the poster
    the same with a repeat inserted: repeats -+-> head_evidence --+

Every measure is a share of attention for each protein, ``[protein, layer, head, variant]``, beside the share that
chance would give: what each residue gives away, spread evenly over all that it can see. Proteins vote alike.
"""
