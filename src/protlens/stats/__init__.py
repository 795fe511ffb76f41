"""From the sums of a run to tables."""
