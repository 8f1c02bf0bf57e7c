"""Metrics: Keras metrics."""
