"""What a configuration consists of: which key holds which kind of component, and which sections there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tfd2l.registry import Entry

# Where each kind stands in the configuration: one component under its kind's name, or several with labels.
ONE = {kind: kind for kind in ("dataset", "model", "loss", "decoder", "optimizer", "schedule", "strategy")}
MANY = {"stages": "stage", "metrics": "metric", "callbacks": "callback", "reports": "report"}
SETTINGS = {
    "trainer": "tfd2l.training.settings:TrainerSettings",
    "tracking": "tfd2l.tracking.settings:TrackingSettings",
    "resume": "tfd2l.training.settings:ResumeSettings",
}
SECTION_OPTIONS = {"trainer": ("default",), "tracking": ("mlflow",)}  # options that hold the defaults of a section
PLAIN: Mapping[str, str] = {
    "name": "str | None",
    "description": "str | None",
    "seed": "Annotated[int, Interval(ge=0, le=4294967295)]",  # what Keras, NumPy and TensorFlow all take
    "tables": "dict | None",
}
# Of a run that trains; without all of them it is its reports alone.
TRAINING = ("dataset", "model", "loss", "optimizer")
NEEDED = ("strategy", "trainer", "tracking")
GLOBAL = ("experiment", "debug", "hparams")  # config groups whose options set keys anywhere

# What the experiment itself gives to a constructor that asks for it by this name.
SUPPLIED = frozenset({"data", "model", "steps_per_epoch", "total_steps", "run", "measures"})


def trains(config: Mapping[str, Any]) -> bool:
    """Returns whether the run trains a model; else it is its reports alone (an illustration)."""
    return any(config.get(kind) is not None for kind in TRAINING)


def components(config: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yields configuration path, kind and configuration of every component that a run names."""
    for path, kind in ONE.items():
        if config.get(path) is not None:
            yield path, kind, config[path]
    for group, kind in MANY.items():
        for label, component in (config.get(group) or {}).items():
            if component is not None:
                yield f"{group}.{label}", kind, component


def settings_entry(path: str) -> Entry:
    """Returns where the signature of a section, such as `trainer`, is."""
    return Entry("settings", path, "tfd2l", "", SETTINGS[path])
