"""Shared parts of reports."""
