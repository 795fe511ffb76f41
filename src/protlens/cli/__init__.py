"""The command line: it parses, calls one public function and prints."""

from protlens.cli.app import main

__all__ = ["main"]
