"""Optimizers: those of the book, and Keras' own."""
