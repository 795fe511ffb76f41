"""A model without some of its heads: what it predicts worse, and whether any other heads would be missed as much.

``ablation_analysis`` holds the one public function. ``head_sets`` says which heads are left out together,
``held_out`` on which proteins that is measured and with which contact regression, ``masked_loss`` and ``measurement``
what is measured of one set of heads, ``set_results`` keeps that on disk, and ``effects`` and ``each_head`` make the
tables.
"""
