"""Initial and pretrained weights of models."""
