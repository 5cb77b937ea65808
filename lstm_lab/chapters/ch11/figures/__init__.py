"""The figures of chapter 11."""
