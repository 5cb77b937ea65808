"""Chapter 07, 1997: the constant error carousel: its figures, explorers, checks and experiments."""
