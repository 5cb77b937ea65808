"""The figures of chapter 09."""
