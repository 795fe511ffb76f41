"""The published numbers of Vig et al. (arXiv 2006.15222), and the same measured here.

``published`` holds the numbers; ``paper_runs`` runs what they were measured with; ``comparison_rows`` sets one beside
the other; ``reproduce_paper`` is the public function and ``reproduction_result`` what it gives back.
"""
