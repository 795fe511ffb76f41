"""Names that come from outside, in messages."""

_LONGEST = 80


def shortened(name: str) -> str:
    """Return what a message repeats of a name."""
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
