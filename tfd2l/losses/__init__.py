"""Losses: Keras losses."""
