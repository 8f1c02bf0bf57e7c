"""A sweep: the jobs of a Hydra multirun and their comparison."""
