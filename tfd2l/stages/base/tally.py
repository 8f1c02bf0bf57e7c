"""Counts of examples that a stage cuts."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

COUNTED, ALL = "counted", "all"


def count_true(flags: tf.Tensor) -> dict[str, tf.Tensor]:
    """Counts how many of some flags, (n,) bool, are true, and how many there are: both () int64."""
    return {COUNTED: tf.math.count_nonzero(flags), ALL: tf.size(flags, tf.int64)}


def explain_share(sums: Mapping[str, int], reason: str, limit: int) -> dict[str, int]:
    """Explains the sums of `count_true` as `DataInfo.counts` has them; nothing if none was true.

    Args:
        sums: Over all splits.
        reason: With `{}` where the limit stands.
        limit: What was too short.
    """
    return {f"of {sums[ALL]} {reason.format(limit)}": sums[COUNTED]} if sums[COUNTED] else {}
