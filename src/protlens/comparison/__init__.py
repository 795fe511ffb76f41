"""Runs side by side: the same properties in several models, or in a model and in what has nothing to find.

``compare_runs`` holds the public function. ``compared_runs`` says which runs may stand side by side and what they
share; ``best_heads`` has the head that each names first and what depth does; ``head_matching`` pairs heads by what they
do; ``paired_differences`` compares the best heads over the proteins that runs have in common; ``comparison_result`` is
what comes back.
"""
