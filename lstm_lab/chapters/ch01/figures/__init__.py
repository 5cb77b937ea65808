"""The figures of chapter 01."""
