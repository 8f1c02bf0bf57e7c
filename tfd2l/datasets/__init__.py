"""Datasets: functions that return splits of dict examples, and what may be known of them."""
