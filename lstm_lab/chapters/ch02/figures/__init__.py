"""The figures of chapter 02."""
