"""Generates pairs of sentences for machine translation."""
