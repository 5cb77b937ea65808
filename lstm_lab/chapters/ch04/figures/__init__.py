"""The figures of chapter 04."""
