"""Small datasets of dict examples, and their examples as plain values."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture(scope="session")
def examples():
    """A function: key -> values, one an example -> a dataset."""
    return lambda **columns: tf.data.Dataset.from_tensor_slices({key: list(values) for key, values in columns.items()})


@pytest.fixture(scope="session")
def plain():
    """A function: a dataset -> its examples as a list of dicts of Python values."""

    def value(array):
        kept = np.asarray(array).tolist()
        return kept.decode() if isinstance(kept, bytes) else kept

    return lambda ds: [{key: value(array) for key, array in one.items()} for one in ds.as_numpy_iterator()]


@pytest.fixture(scope="session")
def sequences():
    """A function: lengths -> a dataset of `token_ids` that differ everywhere, `segment_ids` and `label`."""

    def make(lengths):
        starts = np.cumsum([0, *lengths])
        rows = [np.arange(start, start + length) + 1 for start, length in zip(starts, lengths, strict=False)]
        token_ids = tf.ragged.constant([row.tolist() for row in rows], ragged_rank=1, dtype=tf.int32)
        segment_ids = tf.ragged.constant([(row % 2).tolist() for row in rows], ragged_rank=1, dtype=tf.int32)
        columns = {"token_ids": token_ids, "segment_ids": segment_ids, "label": list(range(len(rows)))}
        ds = tf.data.Dataset.from_tensor_slices(columns)
        return ds.map(lambda e: {key: tf.convert_to_tensor(value) for key, value in e.items()})

    return make
