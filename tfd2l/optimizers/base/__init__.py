"""Base classes of optimizers."""
