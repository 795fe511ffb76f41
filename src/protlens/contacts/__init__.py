"""Contact prediction from attention: learned on a few proteins of known structure, tested on others, and predicted.

::

    dataset --labelled_chains--> LabelledChain --training_chains--> TrainingChain --training, choices--> TrainedScores
       |                             |                                                                      |
    contact_split: draws, test       +---------------------- evaluation: all ways of scoring --------------+
                                                                    |
                              contact_analysis (one model), benchmark (many, and rivals): tables, RR files, figures

``head_scores``, ``regression`` and ``couplings`` are the methods, ``few_labels`` and ``cost_table`` what they need,
``precision_summary`` averages over proteins. ``prediction`` takes a saved regression, or one of
``default_regressions``, to proteins whose structures need not be known. ``contact_files`` and ``regression_file`` are
what stays on disk.
"""
