"""Generators of the embedded data: seeded, so that every experiment runs offline."""
