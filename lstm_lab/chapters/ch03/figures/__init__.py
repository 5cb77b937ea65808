"""The figures of chapter 03."""
