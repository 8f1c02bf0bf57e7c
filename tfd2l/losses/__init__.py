"""Losses: Keras losses, for outputs of tfd2l's models."""
