"""Benchmarks: paired measurements, run by hand; never part of the tests."""
