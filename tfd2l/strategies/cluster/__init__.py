"""Clusters of workers and parameter servers."""
