"""Chapter 09, What came next: a memory that can forget: its figures, explorers, checks and experiments."""
