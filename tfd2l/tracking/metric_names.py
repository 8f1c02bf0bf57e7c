"""Names of the metrics in the store: `GROUP/NAME`, made here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Mapping

TRAIN, VALIDATION, TEST = "train", "validation", "test"
EPOCH, TIME, XLA, REPORT = "epoch", "time", "xla", "report"

NAMES: Mapping[str, str] = {
    "train/loss": "training loss, the mean over the finite steps since the last logged one (every `trainer.log_every`)",
    "train/METRIC": "a metric on the training split, from the start of the epoch up to the step",
    "train/learning_rate": "the learning rate of the step",
    "train/skipped_steps": "steps left out so far, since a loss or gradient was not finite (`trainer.on_nan=skip`)",
    "epoch/loss, epoch/METRIC": "loss and metrics on the training split, means over an epoch",
    "validation/loss, validation/METRIC": "loss and metrics on the validation split, at every validation",
    "test/loss, test/METRIC": "loss and metrics on the test split, after training",
    "time/examples_per_second": "training examples per second, waiting for input included",
    "time/step_milliseconds": "mean duration of a step, waiting for input included",
    "time/input_share": "share of that duration spent waiting for input; not with `trainer.steps_per_execution`",
    "xla/milliseconds_without, xla/milliseconds_with": "duration of a trial step (`trainer.xla=auto`)",
    "xla/seconds_compiling_a_shape, xla/shapes": "duration of compiling a step for one shape of batches; such shapes",
    "SPLIT/NAME": "a measure of a split that a report returns, where no metric of the run has that name: `test/map50`",
    "report/NAME": "any other number that a report returns: `report/analogies/all`",
}
"""Names in the store -> what they measure. METRIC is the name of a metric of the run (`accuracy`)."""

ON_THE_WAY = (TRAIN, EPOCH, TIME, XLA)
"""Groups of training's own progress: the metrics of all others say what a run came to."""

KERAS_VALIDATION = "val_"  # how Keras begins the names of validation metrics in an epoch's logs


def metric_name(group: str, name: str) -> str:
    """Returns the name in the store of a metric of a group.

    Args:
        group: such as `TEST`, or a split of the data.
        name: of the metric, as Keras or the report has it.

    Example:
        >>> from tfd2l.tracking.metric_names import metric_name
        >>> metric_name("test", "accuracy")
        'test/accuracy'
    """
    return f"{group}/{name}"


def group_metrics(group: str, metrics: Mapping[str, float]) -> dict[str, float]:
    """Returns metrics under their names in the store.

    Args:
        group: such as `TEST`, or a split of the data.
        metrics: name -> value.

    Example:
        >>> from tfd2l.tracking.metric_names import group_metrics
        >>> group_metrics("test", {"loss": 0.5, "accuracy": 0.75})
        {'test/loss': 0.5, 'test/accuracy': 0.75}
    """
    return {metric_name(group, name): value for name, value in metrics.items()}


def in_group(name: str, *groups: str) -> bool:
    """Returns whether a name in the store is one of some groups.

    Args:
        name: in the store.
        groups: such as `TEST`.

    Example:
        >>> from tfd2l.tracking.metric_names import in_group
        >>> in_group("time/step_milliseconds", "train", "time")
        True
    """
    return name.startswith(tuple(metric_name(group, "") for group in groups))


def epoch_metrics(logs: Mapping[str, float]) -> dict[str, float]:
    """Returns the training metrics of an epoch's logs, as means over the epoch, under their names in the store.

    Args:
        logs: those of Keras; the validation metrics among them (`val_loss`) are left out.

    Example:
        >>> from tfd2l.tracking.metric_names import epoch_metrics
        >>> epoch_metrics({"loss": 0.5, "val_loss": 0.75})
        {'epoch/loss': 0.5}
    """
    return group_metrics(EPOCH, {k: value for k, value in logs.items() if not k.startswith(KERAS_VALIDATION)})


def validation_metrics(logs: Mapping[str, float]) -> dict[str, float]:
    """Returns the validation metrics of an epoch's logs under their names in the store.

    Args:
        logs: those of Keras, where they begin with `val_`; others are left out.

    Example:
        >>> from tfd2l.tracking.metric_names import validation_metrics
        >>> validation_metrics({"loss": 0.5, "val_loss": 0.75})
        {'validation/loss': 0.75}
    """
    validated = {k.removeprefix(KERAS_VALIDATION): v for k, v in logs.items() if k.startswith(KERAS_VALIDATION)}
    return group_metrics(VALIDATION, validated)


def report_metrics(numbers: Mapping[str, float], measured: Collection[str] = ()) -> dict[str, float]:
    """Returns the numbers of a report under their names in the store.

    A measure of a split (`test/map50`) keeps its name, unless evaluation has measured one of that name: no metric
    takes another's place. Every other number belongs to the group `report`.

    Args:
        numbers: as the report returned them.
        measured: names in the store that training and evaluation have logged.

    Example:
        >>> from tfd2l.tracking.metric_names import report_metrics
        >>> report_metrics({"test/map50": 0.5, "test/accuracy": 0.75, "height": 2.0}, measured={"test/accuracy"})
        {'test/map50': 0.5, 'report/test/accuracy': 0.75, 'report/height': 2.0}
    """
    return {
        name if in_group(name, TRAIN, VALIDATION, TEST) and name not in measured else metric_name(REPORT, name): value
        for name, value in numbers.items()
    }
