"""A pipeline: named steps, each of them an experiment."""
