"""Preprocessing stages: ordinary tf.data, in the graph; the same code serves the model that it trained."""
