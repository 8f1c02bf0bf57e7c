"""The `tracking:` section of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TrackingSettings:
    """Where a run is logged, and under what name.

    Args:
        uri: an MLflow tracking URI; None means the local store (`tfd2l.tracking.store`).
        run_name: the run's name in the UI; None means model, dataset and optimizer.
        tags: further tags.
        log_model: export the serving graph and log it as an MLflow model.
    """

    uri: str | None = None
    run_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    log_model: bool = True
