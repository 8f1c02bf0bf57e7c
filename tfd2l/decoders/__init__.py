"""Decoders: in-graph functions from model outputs to predictions that a person understands."""
