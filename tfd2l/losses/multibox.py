"""Multibox loss of object detection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, PositiveFraction
from tfd2l.losses.base.options import ReducedLossOptions
from tfd2l.ops.vision.box_offsets import decode_offsets
from tfd2l.ops.vision.boxes import compute_elementwise_giou
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets, compute_multibox_targets


@keras.saving.register_keras_serializable(package="tfd2l")
class Multibox(keras.losses.Loss):
    """Multibox loss of object detection: classes of anchor boxes, and offsets of those assigned to an object.

        l = 1/n sum_a L_class(a) + box_weight / m sum_(a with an object) L_box(a)

    Anchors are assigned to objects by the loss. With `per="anchors"`, as in the book, n is the number of anchors of an
    image and m that of their offsets (4 for each anchor): both terms are means over anchors, most of which are
    background. With `per="objects"`, n and m are the number of anchors with an object (at least 1): an object has the
    same weight in an image of many anchors, and short trainings find it sooner.

    Args:
        class_loss: `"cross_entropy"`, the default, -log p, or `"focal"`, -(1 - p)^gamma log p, where p is the
            probability of the right class: anchors that are classified well have less weight.
        gamma: Exponent of the focal loss; 0 is the cross-entropy. Defaults to 2.
        box_loss: Loss of the offsets, `"l1"`, the default, or `"smooth_l1"`, (sigma x)^2 / 2 where |x| < 1 / sigma^2
            and |x| - 1 / (2 sigma^2) elsewhere; or loss of the boxes they result in, `"giou"`, 1 - GIoU.
        sigma: Parameter of smooth L1; the larger, the nearer to L1. Defaults to 1.
        box_weight: Weight of the box loss. Defaults to 1.
        negative_ratio: Hard negative mining: number of background anchors that count for each anchor with an object,
            those of the greatest class loss. (An image without objects counts as if one anchor had one.) `None`: all
            count.
        per: `"anchors"`, the default, or `"objects"`, see above.
        iou_threshold: Least intersection over union for which an anchor is assigned to an object that has a better one,
            in (0, 1]. Defaults to 0.5.
        name: Name of the loss.
        **kwargs: Further arguments of `keras.losses.Loss`.

    Call arguments:
        y_true: Objects of shape `(batch, objects, 5)`: class and corners of the box in normalized coordinates; class -1
            is padding.
        y_pred: Dict of `classes`, logits of shape `(batch, anchors, 1 + classes)`, background first; `offsets`,
            `(batch, anchors, 4)`; and `anchors`, `(batch, anchors, 4)`.
        sample_weight: Weight of each example. `None`: all are 1.

    Raises:
        ValueError: An argument is outside its range.

    Example:
        An anchor on the object, one on the background:

        >>> from tfd2l.losses.multibox import Multibox
        >>> y_true = tf.constant([[[0.0, 0.0, 0.0, 0.5, 0.5]]])
        >>> anchors = tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]])
        >>> y_pred = {"classes": tf.zeros([1, 2, 2]), "offsets": tf.ones([1, 2, 4]), "anchors": anchors}
        >>> round(float(Multibox()(y_true, y_pred)), 4)  # log 2 + 4 / 8
        1.1931

    References:
        - Liu et al., 2016, *SSD: Single Shot MultiBox Detector*.
        - Lin et al., 2017, *Focal Loss for Dense Object Detection*.
        - *Dive into Deep Learning*, section 13.7.2 and its exercise 2.
    """

    @check_bounds
    def __init__(
        self,
        class_loss: Literal["cross_entropy", "focal"] = "cross_entropy",
        gamma: NonNegativeFloat = 2.0,
        box_loss: Literal["l1", "smooth_l1", "giou"] = "l1",
        sigma: PositiveFloat = 1.0,
        box_weight: NonNegativeFloat = 1.0,
        negative_ratio: PositiveFloat | None = None,
        per: Literal["anchors", "objects"] = "anchors",
        iou_threshold: PositiveFraction = 0.5,
        name: str = "multibox",
        **kwargs: Unpack[ReducedLossOptions],
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.class_loss = class_loss
        self.gamma = gamma
        self.box_loss = box_loss
        self.sigma = sigma
        self.box_weight = box_weight
        self.negative_ratio = negative_ratio
        self.per = per
        self.iou_threshold = iou_threshold

    def call(self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor]) -> tf.Tensor:
        classes, boxes = self.compute_parts(y_true, y_pred)
        return classes + self.box_weight * boxes

    def compute_parts(self, objects: tf.Tensor, outputs: Mapping[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Computes the class loss, and the box loss before its weight, each of shape `(batch,)`.

        Args:
            objects: Objects, as in a call of the loss.
            outputs: Outputs of the model, as in a call of the loss.
        """
        anchors = tf.cast(outputs["anchors"], tf.float32)
        targets = compute_multibox_targets(anchors, objects, self.iou_threshold)
        num_found = tf.reduce_sum(targets.mask, axis=1)  # (batch,)
        class_losses = self._class_losses(targets, tf.cast(outputs["classes"], tf.float32))  # (batch, anchors)
        box_losses = self._box_losses(targets, anchors, tf.cast(outputs["offsets"], tf.float32)) * targets.mask
        number = tf.cast(tf.shape(anchors)[1], tf.float32)
        if self.per == "anchors":
            shares, box_shares = number, number * (1.0 if self.box_loss == "giou" else 4.0)
        else:
            shares = box_shares = tf.maximum(num_found, 1.0)
        if self.negative_ratio is not None:
            class_losses *= self._select_counted(targets, class_losses, num_found)
        return tf.reduce_sum(class_losses, axis=1) / shares, tf.reduce_sum(box_losses, axis=1) / box_shares

    def _class_losses(self, targets: MultiBoxTargets, logits: tf.Tensor) -> tf.Tensor:
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(targets.classes, logits)  # -log p, (batch, anchors)
        if self.class_loss == "cross_entropy":
            return loss
        wrong = -tf.math.expm1(-tf.maximum(loss, 1e-7))  # 1 - p, above 0: its power has no gradient at 0
        return wrong**self.gamma * loss

    def _box_losses(self, targets: MultiBoxTargets, anchors: tf.Tensor, offsets: tf.Tensor) -> tf.Tensor:
        if self.box_loss == "giou":
            return 1 - compute_elementwise_giou(decode_offsets(anchors, offsets), targets.boxes)  # (batch, anchors)
        distance = tf.abs(targets.offsets - offsets)  # (batch, anchors, 4)
        if self.box_loss == "smooth_l1":
            square = self.sigma**2
            distance = tf.where(distance < 1 / square, square * distance**2 / 2, distance - 0.5 / square)
        return tf.reduce_sum(distance, axis=2)

    def _select_counted(self, targets: MultiBoxTargets, loss: tf.Tensor, num_found: tf.Tensor) -> tf.Tensor:
        """Returns a mask (batch, anchors): 1 for anchors with an object and for the background of the greatest loss."""
        ranked = tf.sort(tf.where(targets.mask > 0, -1.0, loss), axis=1, direction="DESCENDING")
        most = tf.cast(tf.shape(loss)[1], tf.float32) - num_found
        wanted = tf.minimum(tf.math.ceil(self.negative_ratio * tf.maximum(num_found, 1.0)), most)  # (batch,)
        last = tf.maximum(tf.cast(wanted, tf.int32) - 1, 0)
        limit = tf.gather(ranked, last, batch_dims=1)[:, tf.newaxis]
        hard = (targets.mask == 0) & (loss >= limit)
        return tf.stop_gradient(tf.maximum(targets.mask, tf.cast(hard, tf.float32)))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "class_loss": self.class_loss,
            "gamma": self.gamma,
            "box_loss": self.box_loss,
            "sigma": self.sigma,
            "box_weight": self.box_weight,
            "negative_ratio": self.negative_ratio,
            "per": self.per,
            "iou_threshold": self.iou_threshold,
        }
