"""The figures of chapter 08."""
