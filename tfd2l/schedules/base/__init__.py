"""Base classes of schedules."""
