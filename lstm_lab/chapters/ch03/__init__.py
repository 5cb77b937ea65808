"""Chapter 03, 1986: hidden units: its figures, explorers, checks and experiments."""
