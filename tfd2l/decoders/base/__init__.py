"""Shared parts of decoders."""
