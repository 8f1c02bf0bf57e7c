"""Callbacks: Keras callbacks that watch a run."""
