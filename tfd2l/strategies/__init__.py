"""Strategies: how steps run: on one device, or on several."""
