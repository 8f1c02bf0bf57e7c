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
    """The trainer's options: how long a run trains, what it measures and saves on the way, and how a step computes.

    Args:
        epochs: passes over the train split. Defaults to 1.
        max_steps: the most steps of the whole run; a learning-rate schedule ends there too. Defaults to no bound.
        max_eval_steps: the most batches of each evaluation. Defaults to all.
        overfit_batches: train and validate on the first so many batches alone, repeated, to see whether a model can
            learn at all. Defaults to the whole splits.
        batches_per_epoch: batches of an epoch: the first ones, over again where there are fewer. Defaults to all, which
            are counted in a pass over the train split if the data do not say how many they are.
        log_every: steps between logged training metrics. Defaults to 10.
        validate_every: steps between validations inside an epoch. Defaults to validation after each epoch alone.
        checkpoint_every: steps between checkpoints, from which a run can resume. Defaults to checkpoints after each
            epoch alone.
        checkpoint_keep: how many of the last checkpoints are kept, beside the best one, until the run is finished.
            Defaults to 2.
        xla: whether XLA compiles forward and backward; "auto" measures both on real batches and keeps what ends
            sooner. Defaults to false.
        precision: what layers compute in, bfloat16 or float16 for mixed precision; variables stay float32. float16
            needs a GPU, and gets a loss scale. Defaults to float32.
        micro_batches: parts of a batch that are differentiated one after the other, to need less memory (gradient
            accumulation). The batch is still one step, and its loss that of the whole batch. Defaults to 1.
        steps_per_execution: steps in one call of TensorFlow, without Python between them. Defaults to 1.
        ema_momentum: validate, test and export with an exponential moving average of the weights, of this momentum
            (0.999, say). Defaults to the weights themselves.
        base_batch_size: the batch size that the learning rate was chosen for: the rate is multiplied by
            batch size / base_batch_size (linear scaling). Defaults to no scaling.
        learning_rate_multipliers: regular expression -> multiple of the learning rate, for the weights in whose path it
            is found ({classifier: 10}); the first that is found counts. Weight decay is multiplied too. Defaults to
            one rate for all weights.
        on_nan: what happens when the loss or a gradient of a step is NaN or infinite: "stop" ends the run and names the
            first tensor that is not finite, "skip" leaves out the update of such steps and counts them; too many in a
            row end the run too. Defaults to "stop".

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
    """Refuses several steps in one call where each step goes to another process.

    Raises:
        ConfigError: `trainer.steps_per_execution` above 1 with such a strategy.
    """
    if steps > 1 and not strategy.in_process:
        raise ConfigError(
            f"trainer.steps_per_execution takes several steps in one call in this process; with strategy={name} each "
            f"goes to a worker. Leave it at 1. Received: trainer.steps_per_execution={steps}"
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
