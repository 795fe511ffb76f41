"""Contact prediction from attention: learned on a few proteins of known structure, tested on others.

``contact_analysis`` holds the two public analyses. ``contact_split`` says who trains and who is tested,
``labelled_chains`` gives chains with their contacts, ``head_scores``, ``regression`` and ``jacobian`` are the methods,
``training`` and ``evaluation`` run them on a chain, ``precision_summary`` averages over proteins, and
``contact_files`` and ``regression_file`` are what stays on disk.
"""
