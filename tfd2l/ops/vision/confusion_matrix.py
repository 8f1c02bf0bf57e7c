"""Weighted confusion matrix, and intersection over union of each class."""

from __future__ import annotations

import tensorflow as tf


def compute_confusion_matrix(truth: tf.Tensor, predicted: tf.Tensor, num_classes: int, weights: tf.Tensor) -> tf.Tensor:
    """Computes a weighted confusion matrix.

    Args:
        truth: An integer tensor of shape `(...)`: labels in [0, num_classes); any value where the weight is 0.
        predicted: An integer tensor of the same shape: predictions in [0, num_classes); any value where the weight is
            0.
        num_classes: The number of classes.
        weights: A tensor of the same shape.

    Returns:
        A float32 tensor of shape `(num_classes, num_classes)`: the sum of weights by label (row) and prediction
        (column).

    Example:
        >>> from tfd2l.ops.vision.confusion_matrix import compute_confusion_matrix
        >>> truth, predicted = tf.constant([0, 1, 1, 255]), tf.constant([0, 0, 1, 1])
        >>> compute_confusion_matrix(truth, predicted, 2, weights=tf.constant([1.0, 1, 1, 0])).numpy()
        array([[1., 0.],
               [1., 1.]], dtype=float32)
    """
    is_counted = weights != 0
    cells = tf.where(is_counted, tf.cast(truth, tf.int32) * num_classes + tf.cast(predicted, tf.int32), 0)
    summed = tf.math.unsorted_segment_sum(
        tf.reshape(tf.cast(weights, tf.float32), [-1]), tf.reshape(cells, [-1]), num_classes**2
    )
    return tf.reshape(summed, [num_classes, num_classes])


def compute_class_iou(confusions: tf.Tensor) -> tf.Tensor:
    """Computes intersection over union of each class from a confusion matrix.

        IoU_c = n_cc / (sum_j n_cj + sum_i n_ic - n_cc)

    Args:
        confusions: A tensor of shape `(classes, classes)`, whose rows are labels and whose columns are predictions.

    Returns:
        A tensor of shape `(classes,)`; NaN for a class that neither occurs nor is predicted.

    Example:
        >>> from tfd2l.ops.vision.confusion_matrix import compute_class_iou
        >>> compute_class_iou(tf.constant([[3.0, 1.0], [0.0, 2.0]])).numpy()
        array([0.75  , 0.6667], dtype=float32)

    References:
        - Everingham et al., 2010, *The Pascal Visual Object Classes (VOC) Challenge*.
    """
    intersection = tf.linalg.diag_part(confusions)
    union = tf.reduce_sum(confusions, axis=0) + tf.reduce_sum(confusions, axis=1) - intersection  # (classes,)
    return intersection / union  # 0 / 0 is NaN
