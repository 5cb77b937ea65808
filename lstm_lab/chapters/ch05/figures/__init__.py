"""The figures of chapter 05."""
