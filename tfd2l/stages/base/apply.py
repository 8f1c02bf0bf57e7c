"""Application of a row of stages to a dataset, or to a batch that is served."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast

import tensorflow as tf

from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.base.transforms import EachExample, Transform, apply_to_each, apply_transforms, require_keys


def apply(stages: Iterable[Stage], ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
    """Applies stages to a split; neighboring `Transform`s, and `EachExample`s, run as one graph function."""
    used = [stage for stage in stages if split == "train" or stage.applies_to == "every"]
    for kind, neighbours in groupby(used, key=_kind):
        group = list(neighbours)
        require_keys(group[0], ds.element_spec)
        if kind is Transform:
            ds = apply_transforms(ds, cast("list[Transform]", group))
        elif kind is EachExample:
            ds = apply_to_each(ds, cast("list[EachExample]", group), seed)
        else:
            for stage in group:
                require_keys(stage, ds.element_spec)
                ds = stage(ds, split=split, seed=seed)
    return ds


def serve(stages: Iterable[Stage], examples: Examples) -> Any:
    """Applies the stages of every use to a served batch."""
    for stage in stages:
        if stage.applies_to == "every":
            examples = stage.serve(examples)
    return examples


def _kind(stage: Stage) -> type[Stage]:
    """How it is applied; one that says itself how is on its own."""
    kinds = (Transform, EachExample)
    own = type(stage).__call__ not in [kind.__call__ for kind in kinds]
    return Stage if own else next(kind for kind in kinds if isinstance(stage, kind))
