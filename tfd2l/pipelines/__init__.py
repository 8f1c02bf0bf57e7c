"""Pipelines: one run from data to exported model, and its command line."""
