"""Chapter 10, A network that writes: its figures, explorers, checks and experiments."""
