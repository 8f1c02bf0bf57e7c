"""Counts the texts that the stages cut or leave out, once before training."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence

import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.cache import Cache

log = logging.getLogger("tfd2l")


def count_dropped(
    stages: Sequence[Stage],
    constant: Sequence[Stage],
    splits: Mapping[str, tf.data.Dataset],
    info: DataInfo,
    endless: bool,
) -> dict[str, int]:
    """Returns reason -> number of what the stages cut or leave out, over all splits.

    Counting reads the examples once, which fills their cache: the first epoch then finds them there. Where they are not
    kept or are too many to be read before training, nothing is counted, and the log says so.

    Args:
        stages: all of them.
        constant: those that are the same in every epoch.
        splits: after these.
        info: what is known of the data, with their sizes.
        endless: an epoch is told in batches, so that the examples need not be read to their end.
    """
    telling = [
        stage
        for stage in stages
        if stage.tallies and all(set(stage.tallies) <= set(_keys(ds.element_spec)) for ds in splits.values())
    ]
    if not telling:
        return {}
    if endless or not any(isinstance(stage, Cache) for stage in constant):
        names = ", ".join(type(stage).__name__ for stage in telling)
        why = "where `trainer.batches_per_epoch` says how long an epoch is" if endless else "without a stage `cache`"
        log.info("data: what is cut or left out (by %s) is not counted %s", names, why)
        return {}
    counts: dict[str, int] = {}
    for stage in telling:
        sums: Counter[str] = Counter()
        for ds in splits.values():
            sums.update(_summed(stage, ds))
        counts |= stage.explain_tally(sums, sum(info.sizes.values()))
    return counts


def _summed(stage: Stage, ds: tf.data.Dataset) -> dict[str, int]:
    def chosen(examples: Examples) -> Examples:
        return {key: examples[key] for key in stage.tallies}

    tallies = ds.map(chosen).ragged_batch(stage.tally_chunk).map(stage.tally)
    zeros = {name: tf.constant(0, tf.int64) for name in tallies.element_spec}
    sums = tallies.reduce(zeros, lambda before, some: {name: before[name] + some[name] for name in before})
    return {name: int(number) for name, number in sums.items()}


def _keys(spec: object) -> Sequence[str]:
    return list(spec) if isinstance(spec, Mapping) else []
