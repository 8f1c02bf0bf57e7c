"""Data: the contract between datasets, stages and models; readers of files; generators of embedded data."""
