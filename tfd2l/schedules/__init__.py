"""Schedules: learning rates as pure functions of the step."""
