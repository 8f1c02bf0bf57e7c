"""Ops on tokens and sequences: sampling, masking, search."""
