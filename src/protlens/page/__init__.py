"""The page of the report and the explorer: its built files, and how one HTML file carries them."""
