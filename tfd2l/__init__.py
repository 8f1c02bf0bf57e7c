"""tfd2l: Keras 3 / TensorFlow pipelines for every technique of *Dive into Deep Learning*.

    import tfd2l

    cfg = tfd2l.compose("+experiment=nli_bert", "trainer.epochs=1")
    result = tfd2l.Experiment.from_config(cfg).run()

Importing this package imports neither TensorFlow nor MLflow; `Experiment` does when it is first asked for.
"""

from __future__ import annotations

import importlib
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from tfd2l.backend import prepare_environment
from tfd2l.quiet import quiet
from tfd2l.registry import register
from tfd2l.version import __version__

if TYPE_CHECKING:
    from tfd2l.config.compose import compose
    from tfd2l.pipelines.experiment.experiment import Experiment
    from tfd2l.pipelines.pipeline.pipeline import Pipeline

__all__ = ["Experiment", "Pipeline", "__version__", "compose", "register"]


_LAZY = {
    "compose": "tfd2l.config.compose",
    "Experiment": "tfd2l.pipelines.experiment.experiment",
    "Pipeline": "tfd2l.pipelines.pipeline.pipeline",
}

prepare_environment()


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'tfd2l' has no attribute {name!r}")
    with quiet() if name == "Experiment" else nullcontext():
        globals()[name] = getattr(importlib.import_module(_LAZY[name]), name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)
