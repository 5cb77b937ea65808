"""Chapter 04, Why sequences: its figures, explorers, checks and experiments."""
