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


HEIGHT, WIDTH = 20, 30
BOXES = ((2, 3, 12, 9), (15, 8, 29, 19))  # x_min, y_min, x_max, y_max in pixels: of class 1 red, of class 0 green


@pytest.fixture(scope="session")
def picture():
    """One example, float32: two coloured rectangles on grey, with `objects` (the last row fills up) and `mask`."""
    image = np.full((HEIGHT, WIDTH, 3), 0.25, np.float32)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    objects = np.zeros((3, 5), np.float32)
    objects[:, 0] = -1
    for place, (x_min, y_min, x_max, y_max) in enumerate(BOXES):
        image[y_min:y_max, x_min:x_max] = np.eye(3, dtype=np.float32)[place]
        mask[y_min:y_max, x_min:x_max] = place + 1
        objects[place] = 1 - place, x_min / WIDTH, y_min / HEIGHT, x_max / WIDTH, y_max / HEIGHT
    return {"image": tf.constant(image), "objects": tf.constant(objects), "mask": tf.constant(mask)}


@pytest.fixture(scope="session")
def boxes_seen():
    """A function: a mask of 0, 1 and 2 -> for 1 and 2 the box around them in shares, None where there is none."""

    def seen(mask):
        mask, boxes = np.asarray(mask), []
        for value in (1, 2):
            rows, columns = np.nonzero(mask == value)
            size = np.array([mask.shape[1], mask.shape[0]] * 2)
            edges = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1] if len(rows) else None
            boxes.append(None if edges is None else np.array(edges) / size)
        return boxes

    return seen


@pytest.fixture(scope="session")
def drawn():
    """A function: a stage and an example -> so many examples as it makes them, each of another draw."""

    def run(stage, example, count, seed=0):
        ds = tf.data.Dataset.from_tensors(example).repeat(count)
        return list(stage(ds, split="train", seed=seed).as_numpy_iterator())

    return run
