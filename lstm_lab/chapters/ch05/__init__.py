"""Chapter 05, 1986-1990: a network with a memory: its figures, explorers, checks and experiments."""
