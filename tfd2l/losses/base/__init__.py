"""Base classes of losses."""
