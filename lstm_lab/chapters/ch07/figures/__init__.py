"""The figures of chapter 07."""
