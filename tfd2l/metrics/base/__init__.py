"""Shared parts of metrics."""
