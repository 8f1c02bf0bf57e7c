"""Generates images of scenes, shapes and paintings."""
