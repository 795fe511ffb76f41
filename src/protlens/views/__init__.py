"""What the page shows: documents over a run and its proteins."""
