"""The training engine: a step, a loop, an evaluation, and checkpoints."""
