"""Base classes of stages and what they share."""
