"""Finds the finished run of a configuration, to use it again in place of a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Run

from tfd2l.config.schema import trains
from tfd2l.pipelines.experiment.resume import MADE_TAG, digest, made_by
from tfd2l.pipelines.pipeline.fingerprint import compute_fingerprint
from tfd2l.tracking.find_run import runs_where
from tfd2l.tracking.tracked_run import FINGERPRINT_TAG, PARENT_TAG

LAST_FINISHED = "attributes.end_time DESC"


class FinishedRuns:
    """The finished runs of a store. The present fingerprint of each dataset is computed once.

    Args:
        client: of the store.
    """

    def __init__(self, client: MlflowClient) -> None:
        self.client = client
        self._fingerprints: dict[str, str] = {}

    def find(self, config: Mapping[str, Any], parent: str | None = None) -> Run | None:
        """Returns the last finished run of a configuration; None if its data have changed.

        A run that was to keep no model counts only where none is to be kept.

        Args:
            config: what the run must have been made by, together with the code and the versions as they are now.
            parent: only a child of this run.
        """
        run = self.last(config, parent)
        return run if run is not None and self._has_the_same_data(run, config) else None

    def last(self, config: Mapping[str, Any], parent: str | None = None) -> Run | None:
        """Returns the last finished run of a configuration, whatever its data."""
        wanted = f"tags.`{MADE_TAG}` = '{digest(made_by(config))}' and attributes.status = 'FINISHED'"
        if parent is not None:
            wanted += f" and tags.`{PARENT_TAG}` = '{parent}'"
        found = runs_where(self.client, wanted, LAST_FINISHED)
        keeps_model = config["tracking"]["log_model"]
        return next((r for r in found if not keeps_model or r.data.params.get("tracking.log_model") == "True"), None)

    def _has_the_same_data(self, run: Run, config: Mapping[str, Any]) -> bool:
        if not trains(config):
            return True
        dataset = json.dumps(config["dataset"])
        if dataset not in self._fingerprints:
            self._fingerprints[dataset] = compute_fingerprint(config["dataset"])
        return run.data.tags.get(FINGERPRINT_TAG) == self._fingerprints[dataset]
