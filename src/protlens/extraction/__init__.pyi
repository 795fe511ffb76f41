"""What makes a run, each name with its home."""

from .extraction_options import ExtractionOptions as ExtractionOptions
from .run import extract as extract
