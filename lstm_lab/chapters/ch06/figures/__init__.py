"""The figures of chapter 06."""
