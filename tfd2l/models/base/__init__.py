"""Shared parts of models, and the protocols that reports and decoders may rely on."""
