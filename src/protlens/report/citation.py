"""How to cite what a report rests on."""

from importlib.metadata import version


def citations() -> list[str]:
    """Return protlens, and the paper whose analysis it implements, as text."""
    return [
        f"The protlens authors. protlens {version('protlens')}: what the attention of a protein language model has"
        " learned.",
        "Vig J, Madani A, Varshney LR, Xiong C, Socher R, Rajani NF. BERTology Meets Biology: Interpreting Attention in"
        " Protein Language Models. International Conference on Learning Representations, 2021. arXiv:2006.15222.",
    ]


def bibtex() -> str:
    """Return the same as BibTeX."""
    return f"""@software{{protlens,
  author  = {{{{The protlens authors}}}},
  title   = {{protlens: what the attention of a protein language model has learned}},
  version = {{{version("protlens")}}}
}}

@inproceedings{{vig2021bertology,
  author    = {{Vig, Jesse and Madani, Ali and Varshney, Lav R. and Xiong, Caiming and Socher, Richard and
               Rajani, Nazneen Fatema}},
  title     = {{{{BERTology}} Meets Biology: Interpreting Attention in Protein Language Models}},
  booktitle = {{International Conference on Learning Representations}},
  year      = {{2021}},
  eprint    = {{2006.15222}},
  archivePrefix = {{arXiv}}
}}
"""
