"""Optimizers: Keras optimizers."""
