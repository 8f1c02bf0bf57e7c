"""tfd2l: Keras 3 / TensorFlow experiments for every technique of *Dive into Deep Learning*.

Example:
    >>> import tfd2l
    >>> config = tfd2l.compose("+experiment=gradient_descent_1d", "tracking.uri=sqlite:///runs.db")
    >>> result = tfd2l.Experiment.from_config(config).run()
    >>> round(result.metrics["report/final/x"], 6)  # x^2 from 10, ten steps
    0.060466
    >>> run = tfd2l.load_run("latest", "sqlite:///runs.db")  # in another process, say
    >>> list(run.figures)
    ['trace']

Public are:

- `compose`: composes the configuration of an experiment, as the command line does.
- `Experiment`: what one configuration describes; running it makes one MLflow run.
- `Pipeline`: named steps, each of them an experiment, which may use those before them.
- `load_run`: opens a stored run: its configuration, metrics, figures and model.
- `register`: registers a component of this process, without a distribution around it.

and `tfd2l.testing`, `tfd2l.layers`, `tfd2l.ops`, `tfd2l.optimizers`, `tfd2l.schedules`, `tfd2l.losses` and
`tfd2l.metrics`. Importing this package imports neither TensorFlow nor MLflow; `Experiment` does when it is first used.
"""

from __future__ import annotations

import importlib
from contextlib import nullcontext
from typing import TYPE_CHECKING

from tfd2l.backend import prepare_environment
from tfd2l.quiet import quiet
from tfd2l.registry import register
from tfd2l.version import __version__

if TYPE_CHECKING:
    from tfd2l.config.compose import compose
    from tfd2l.pipelines.experiment.experiment import Experiment
    from tfd2l.pipelines.experiment.stored_run import load_run
    from tfd2l.pipelines.pipeline.pipeline import Pipeline

__all__ = ["Experiment", "Pipeline", "__version__", "compose", "load_run", "register"]

_LAZY = {
    "compose": "tfd2l.config.compose",
    "Experiment": "tfd2l.pipelines.experiment.experiment",
    "Pipeline": "tfd2l.pipelines.pipeline.pipeline",
    "load_run": "tfd2l.pipelines.experiment.stored_run",
}
_LOADS_TENSORFLOW = ("Experiment",)

prepare_environment()


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module 'tfd2l' has no attribute {name!r}")
    with quiet() if name in _LOADS_TENSORFLOW else nullcontext():
        globals()[name] = getattr(importlib.import_module(_LAZY[name]), name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)
