"""The figures of chapter NN."""
