"""tfd2l: Keras 3 / TensorFlow pipelines for every technique of *Dive into Deep Learning*.

    import tfd2l

    cfg = tfd2l.compose("+experiment=nli_bert", "trainer.epochs=1")
    result = tfd2l.Pipeline.from_config(cfg).run()

Importing this package imports neither TensorFlow nor MLflow; `Pipeline` does when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tfd2l.registry import register

if TYPE_CHECKING:
    from tfd2l.config.compose import compose
    from tfd2l.pipelines.chain import Chain
    from tfd2l.pipelines.pipeline import Pipeline

__version__ = "0.1.0"
__all__ = ["Chain", "Pipeline", "__version__", "compose", "register"]


def __getattr__(name: str) -> Any:
    if name == "compose":
        from tfd2l.config.compose import compose

        return compose
    if name == "Chain":
        from tfd2l.pipelines.chain import Chain

        return Chain
    if name == "Pipeline":
        from tfd2l.pipelines.pipeline import Pipeline

        return Pipeline
    raise AttributeError(f"module 'tfd2l' has no attribute {name!r}")
