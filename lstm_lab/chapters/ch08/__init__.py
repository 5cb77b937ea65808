"""Chapter 08, 1997, rerun: six experiments: its figures, explorers, checks and experiments."""
