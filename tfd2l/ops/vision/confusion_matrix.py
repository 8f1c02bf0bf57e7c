"""How often which class is taken for which."""

from __future__ import annotations

import tensorflow as tf


def compute_confusion_matrix(truth: tf.Tensor, predicted: tf.Tensor, num_classes: int, weights: tf.Tensor) -> tf.Tensor:
    """(classes, classes) float32: the weight of what is of a class (row) and taken for a class (column).

    Args:
        truth, predicted: (...) integers in [0, num_classes); where the weight is 0, any.
        num_classes: rows and columns.
        weights: (...) of each.
    """
    counts = weights != 0
    cells = tf.where(counts, tf.cast(truth, tf.int32) * num_classes + tf.cast(predicted, tf.int32), 0)
    summed = tf.math.unsorted_segment_sum(
        tf.reshape(tf.cast(weights, tf.float32), [-1]), tf.reshape(cells, [-1]), num_classes**2
    )
    return tf.reshape(summed, [num_classes, num_classes])


def compute_class_iou(confusions: tf.Tensor) -> tf.Tensor:
    """(classes,) float32: of each class, the share of what is it or is taken for it that both is and is taken.

    A class that neither is there nor is ever predicted has none: NaN.

    Args:
        confusions: (classes, classes), rows are the truth.

    Source: Everingham et al. 2010, *The PASCAL Visual Object Classes Challenge*.
    """
    both = tf.linalg.diag_part(confusions)
    either = tf.reduce_sum(confusions, axis=0) + tf.reduce_sum(confusions, axis=1) - both
    return both / either  # 0 / 0 is NaN
