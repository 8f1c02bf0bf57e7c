"""The `trainer:` section of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tfd2l.config.find_problems import validate_section
from tfd2l.config.ranges import InnerFraction, PositiveFloat, PositiveInt
from tfd2l.errors import ConfigError

if TYPE_CHECKING:
    from tfd2l.strategies.base.strategy import Strategy


@dataclass(frozen=True)
class TrainerSettings:
    """How long and how closely watched a run trains.

    Args:
        epochs: passes over the train split.
        max_steps: stop training after so many steps in all.
        max_eval_steps: at most so many batches in each evaluation.
        overfit_batches: train and validate on the first so many batches, repeated.
        batches_per_epoch: batches of an epoch, the first ones, over again where there are fewer; None takes all, and
            counts them if the data do not say how many they are: a pass over the whole train split.
        log_every: steps between logged training metrics.
        validate_every: steps between validations inside an epoch; None validates after epochs alone.
        checkpoint_every: steps between checkpoints; None saves them after epochs alone.
        checkpoint_keep: how many of the last checkpoints are kept, beside the best, until the run is finished.
        xla: compile forward and backward with XLA; "auto" times both on real batches and keeps what ends sooner.
        precision: what layers compute in; variables stay float32.
        micro_batches: parts of a batch that are differentiated one after the other, to need less memory
            (gradient accumulation); the batch is still one step.
        steps_per_execution: steps taken without coming back to Python between them.
        ema_momentum: validate, test and export with the moving average of the weights, of this momentum.
        base_batch_size: the batch size that the learning rate was chosen for; it is multiplied by
            batch size / base_batch_size (linear scaling).
        learning_rate_multipliers: regular expression -> multiple of the learning rate, for the weights in whose path it
            is found ({classifier: 10}); the first that is found counts. Weight decay is multiplied too.
        on_nan: what is done when the loss or a gradient of a step is NaN or infinite: "stop" ends the run with what is
            not finite, "skip" leaves the update of such steps out and counts them; too many in a row end the run too.

    Raises:
        ConfigError: a value that does not fit its type or its bounds.
    """

    epochs: PositiveInt = 1
    max_steps: PositiveInt | None = None
    max_eval_steps: PositiveInt | None = None
    overfit_batches: PositiveInt | None = None
    batches_per_epoch: PositiveInt | None = None
    log_every: PositiveInt = 10
    validate_every: PositiveInt | None = None
    checkpoint_every: PositiveInt | None = None
    checkpoint_keep: PositiveInt = 2
    xla: bool | Literal["auto"] = False
    precision: Literal["float32", "bfloat16", "float16"] = "float32"
    micro_batches: PositiveInt = 1
    steps_per_execution: PositiveInt = 1
    ema_momentum: InnerFraction | None = None
    base_batch_size: PositiveInt | None = None
    learning_rate_multipliers: Mapping[str, PositiveFloat] | None = None
    on_nan: Literal["stop", "skip"] = "stop"

    def __post_init__(self) -> None:
        validate_section("trainer", vars(self))


def require_strides(steps: int, strategy: Strategy, name: str) -> None:
    """Refuse steps in one go where each goes to another process.

    Raises:
        ConfigError: `trainer.steps_per_execution` above 1 with such a strategy.
    """
    if steps > 1 and not strategy.in_process:
        raise ConfigError(
            f"trainer.steps_per_execution takes steps in one go in this process; with strategy={name} each goes to a "
            f"worker. Leave it at 1. Received: trainer.steps_per_execution={steps}"
        )


@dataclass(frozen=True)
class ResumeSettings:
    """The `resume:` section of the configuration: whether to resume a run that stopped.

    Args:
        run_id: the run; "auto" takes the last stopped run of the same configuration, and starts anew if there is none.
        force: resume even if configuration, data or code are others than those of the checkpoint.
    """

    run_id: str | None = None
    force: bool = False
