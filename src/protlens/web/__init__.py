"""The page over a run, served to a browser on the same machine."""
