"""Chapter 10, The patient paper: its figures, explorers, checks and experiments."""
