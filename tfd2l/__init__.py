"""tfd2l: Keras 3 / TensorFlow pipelines for every technique of *Dive into Deep Learning*.

    import tfd2l

    cfg = tfd2l.compose("+experiment=nli_bert", "trainer.epochs=1")
    result = tfd2l.Pipeline.from_config(cfg).run()

Importing this package imports neither TensorFlow nor MLflow; `Pipeline` does when it is first asked for.
"""

from __future__ import annotations

import importlib
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from tfd2l.backend import prepare_environment
from tfd2l.quiet import quiet
from tfd2l.registry import register

if TYPE_CHECKING:
    from tfd2l.config.compose import compose
    from tfd2l.pipelines.experiment.experiment import Pipeline
    from tfd2l.pipelines.pipeline.pipeline import Chain

__version__ = "0.1.0"
__all__ = ["Chain", "Pipeline", "__version__", "compose", "register"]


_LAZY = {
    "compose": "tfd2l.config.compose",
    "Chain": "tfd2l.pipelines.pipeline.pipeline",
    "Pipeline": "tfd2l.pipelines.experiment.experiment",
}

prepare_environment()


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'tfd2l' has no attribute {name!r}")
    with quiet() if name == "Pipeline" else nullcontext():
        globals()[name] = getattr(importlib.import_module(_LAZY[name]), name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted(__all__)
