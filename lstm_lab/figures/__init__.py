"""The figures of the book: plain arguments in, a Plotly figure out, with one sentence about what it shows."""
