"""Generates the embedded corpus."""
