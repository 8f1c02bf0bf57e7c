"""Strategies: training steps on one device, or on several."""
