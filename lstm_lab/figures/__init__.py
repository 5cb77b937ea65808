"""The figures of the book: plain arguments in, a Plotly figure out, with one sentence about what it shows."""

from lstm_lab.figures.gradient import (
    gradient_flow,
    one_unit,
    vanish_or_explode,
    where_it_is_lost,
)

__all__ = ["gradient_flow", "one_unit", "vanish_or_explode", "where_it_is_lost"]
