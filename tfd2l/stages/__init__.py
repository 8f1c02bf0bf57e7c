"""Stages: ordinary tf.data, in the graph; what serves a model is the same code that trained it."""
