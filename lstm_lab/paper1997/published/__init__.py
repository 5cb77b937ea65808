"""What was published.

The rows of the tables as data (`spec`), what a row consists of (`schema`), and what
the paper leaves open (`open_decisions`).
"""
