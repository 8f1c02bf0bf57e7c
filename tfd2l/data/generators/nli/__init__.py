"""Generates pairs of sentences for natural language inference."""
