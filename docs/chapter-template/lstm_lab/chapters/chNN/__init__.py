"""Chapter NN, YEAR: the idea in a few words: its figures, explorers and checks."""
