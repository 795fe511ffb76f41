"""The command line: it parses, calls one public function and prints."""

from protlens.cli.entry import main

__all__ = ["main"]
