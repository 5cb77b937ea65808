"""Chapter 11, The patient paper: its figures, explorers, checks and experiments."""
