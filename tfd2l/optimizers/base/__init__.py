"""Shared parts of optimizers."""
