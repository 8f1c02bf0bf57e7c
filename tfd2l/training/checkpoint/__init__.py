"""Checkpoints: file, store, policy and the state of training."""
