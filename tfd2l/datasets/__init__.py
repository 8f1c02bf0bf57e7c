"""Datasets: functions that return splits of dict examples and their `DataInfo`."""
