"""Whose forward pass a trace is: what every backward pass asks first."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from lstm_lab._validate import of_kind


class HasModel(Protocol):
    """A trace that knows its model."""

    @property
    def model(self) -> Any:
        """The model whose forward pass it is."""
        ...


Kind = TypeVar("Kind", bound=HasModel)


def checked_trace(model: object, trace: object, kind: type[Kind]) -> Kind:
    """Check that `trace` is of this kind and of a forward pass of this very model.

    With the weights of another model, of the same sizes or not, a backward pass would give numbers
    that are the gradient of nothing.

    Raises:
        TypeError: for anything but a trace of this kind.
        ValueError: for the trace of another model.
    """
    trace = of_kind("trace", trace, kind)
    if trace.model is not model:
        raise ValueError(
            f"trace must be of a forward pass of this {_described(model)}, "
            f"got one of another model, {_described(trace.model)}"
        )
    return trace


def _described(model: object) -> str:
    """A model in an error: its class and its sizes."""
    sizes = [
        f"{name} {getattr(model, name)}"
        for name in ("input_size", "hidden_size", "output_size", "layer_sizes")
        if hasattr(model, name)
    ]
    return f"{type(model).__name__} ({', '.join(sizes)})"
