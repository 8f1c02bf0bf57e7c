"""Keras layers and initializers that models share."""
