"""Chapter 06, 1991: the gradient that vanishes: its figures, explorers, checks and experiments."""
