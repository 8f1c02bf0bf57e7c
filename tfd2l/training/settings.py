"""The `trainer:` section of the configuration."""

from __future__ import annotations

from dataclasses import dataclass

from tfd2l.errors import ConfigError


@dataclass(frozen=True)
class TrainerSettings:
    """How long and how closely watched a run trains.

    Arguments:
        epochs: passes over the train split.
        max_steps: stop training after so many steps in all.
        max_eval_steps: at most so many batches in each evaluation.
        overfit_batches: train and validate on the first so many batches, repeated.
        log_every: steps between logged training metrics.
        snapshot_every: steps between snapshots; None takes them after epochs alone.
        snapshot_keep: how many of the last snapshots are kept, beside the best.

    Raises:
        ConfigError: a count below its smallest sensible value.
    """

    epochs: int = 1
    max_steps: int | None = None
    max_eval_steps: int | None = None
    overfit_batches: int | None = None
    log_every: int = 10
    snapshot_every: int | None = None
    snapshot_keep: int = 2

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value is not None and value < 1:
                raise ConfigError(f"trainer.{name} counts from 1 up. Received: trainer.{name}={value}")


@dataclass(frozen=True)
class ResumeSettings:
    """Whether to go on with a run that stopped.

    Arguments:
        run_id: the run; "auto" takes the last stopped run of the same configuration, and starts anew if there is none.
        force: go on even if configuration, data or code are others than those of the snapshot.
    """

    run_id: str | None = None
    force: bool = False
