"""Tracking: every run is an MLflow run that a person can read."""

import os

# MLflow would draw a bar for each of the small files that a run keeps.
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
