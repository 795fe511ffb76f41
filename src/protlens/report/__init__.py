"""A run as one HTML file: what was found, in words and figures, and the page to look at it."""
