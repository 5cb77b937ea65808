"""Chapter 01, 1958: a machine that learns: its figures, explorers, checks and experiments."""
