"""Types of shapes."""

from __future__ import annotations

Shape = tuple[int | None, ...]
"""Shape of a tensor; None is a size that is only known when the graph runs."""
