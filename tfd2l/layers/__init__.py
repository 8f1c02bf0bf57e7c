"""Keras layers that models share."""
