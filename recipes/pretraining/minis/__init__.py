"""Pre-training of the small models that come with protlens; ``train.py`` is the entry."""
