"""Experiments and pipelines of experiments, and the command line that runs them."""
