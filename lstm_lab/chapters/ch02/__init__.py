"""Chapter 02, 1969: XOR and the quiet: its figures, explorers, checks and experiments."""
