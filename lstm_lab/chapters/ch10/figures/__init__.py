"""The figures of chapter 10."""
