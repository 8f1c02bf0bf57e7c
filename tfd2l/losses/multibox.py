"""The loss of a detector that judges anchor boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import tensorflow as tf

from tfd2l.config.ranges import Fraction, NonNegativeFloat, PositiveFloat
from tfd2l.ops.vision.box_offsets import decode_offsets
from tfd2l.ops.vision.boxes import compute_elementwise_giou
from tfd2l.ops.vision.multibox_targets import MultiBoxTargets, compute_multibox_targets


@keras.saving.register_keras_serializable(package="tfd2l")
class Multibox(keras.losses.Loss):
    """Classification of every anchor box, and the offsets of those that have an object.

        l = 1/n sum_a L_class(a) + box_weight / m sum_(a with an object) L_box(a)

    Anchors are assigned to objects inside the loss. Divided by `per="anchors"`, as in the book, n counts the anchors
    of an image and m their offsets (4 an anchor): both are means over anchors, most of which are background.
    Divided by `per="objects"`, n and m count the anchors that have an object (at least 1): an object weighs the same
    in a picture of many anchors, and a short training finds it sooner.

    Args:
        class_loss: "cross_entropy", -log p, or "focal", -(1 - p)^gamma log p, p the probability of the right class:
            what is already known well counts less.
        gamma: of the focal loss; 0 is the cross-entropy.
        box_loss: of the offsets, "l1", or "smooth_l1", (sigma x)^2 / 2 where |x| < 1 / sigma^2 and
            |x| - 1 / (2 sigma^2) elsewhere; or of the boxes that they lead to, "giou", 1 - GIoU.
        sigma: of smooth L1; the larger, the nearer to L1.
        box_weight: of the boxes beside the classes.
        negative_ratio: so many background anchors an anchor with an object count, those of the greatest class loss
            (hard negative mining; an image without objects counts as if one anchor had one); None counts all.
        per: "anchors" or "objects", see above.
        iou_threshold: from which overlap on an anchor is assigned to an object that has a better one.

    Shapes: y is objects (batch, objects, 5), class and corner box, class -1 pads; outputs a dict of `classes`
    (batch, anchors, 1 + classes) logits, background first, `offsets` (batch, anchors, 4), and `anchors`
    (batch, anchors, 4). The loss is (batch,).

    Raises:
        ValueError: a negative number, a sigma or a ratio of 0, or a threshold outside (0, 1].

    Source: section 13.7.2 and its exercise 2; Liu et al. 2016, *SSD*; Lin et al. 2017, *Focal Loss*.
    """

    def __init__(
        self,
        class_loss: Literal["cross_entropy", "focal"] = "cross_entropy",
        gamma: float = 2.0,
        box_loss: Literal["l1", "smooth_l1", "giou"] = "l1",
        sigma: PositiveFloat = 1.0,
        box_weight: NonNegativeFloat = 1.0,
        negative_ratio: PositiveFloat | None = None,
        per: Literal["anchors", "objects"] = "anchors",
        iou_threshold: Fraction = 0.5,
        name: str = "multibox",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if gamma < 0 or box_weight < 0:
            raise ValueError(f"weights are from 0 up. Received: gamma={gamma}, box_weight={box_weight}")
        if sigma <= 0 or (negative_ratio is not None and negative_ratio <= 0):
            raise ValueError(f"these lie above 0. Received: sigma={sigma}, negative_ratio={negative_ratio}")
        if not 0 < iou_threshold <= 1:
            raise ValueError(f"iou_threshold lies in (0, 1]. Received: iou_threshold={iou_threshold}")
        self.class_loss = class_loss
        self.gamma = gamma
        self.box_loss = box_loss
        self.sigma = sigma
        self.box_weight = box_weight
        self.negative_ratio = negative_ratio
        self.per = per
        self.iou_threshold = iou_threshold

    def call(self, y_true: tf.Tensor, y_pred: Mapping[str, tf.Tensor]) -> tf.Tensor:
        classes, boxes = self.parts(y_true, y_pred)
        return classes + self.box_weight * boxes

    def parts(self, objects: tf.Tensor, outputs: Mapping[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """(batch,) each: the loss of the classes, and that of the boxes before its weight."""
        anchors = tf.cast(outputs["anchors"], tf.float32)
        targets = compute_multibox_targets(anchors, objects, self.iou_threshold)
        found = tf.reduce_sum(targets.mask, axis=1)  # (batch,)
        of_classes = self._of_classes(targets, tf.cast(outputs["classes"], tf.float32))  # (batch, anchors)
        of_boxes = self._of_boxes(targets, anchors, tf.cast(outputs["offsets"], tf.float32)) * targets.mask
        number = tf.cast(tf.shape(anchors)[1], tf.float32)
        if self.per == "anchors":
            shares, box_shares = number, number * (1.0 if self.box_loss == "giou" else 4.0)
        else:
            shares = box_shares = tf.maximum(found, 1.0)
        if self.negative_ratio is not None:
            of_classes *= self._counted(targets, of_classes, found)
        return tf.reduce_sum(of_classes, axis=1) / shares, tf.reduce_sum(of_boxes, axis=1) / box_shares

    def _of_classes(self, targets: MultiBoxTargets, logits: tf.Tensor) -> tf.Tensor:
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(targets.classes, logits)  # -log p, (batch, anchors)
        if self.class_loss == "cross_entropy":
            return loss
        wrong = -tf.math.expm1(-tf.maximum(loss, 1e-7))  # 1 - p, above 0: its power has no gradient at 0
        return wrong**self.gamma * loss

    def _of_boxes(self, targets: MultiBoxTargets, anchors: tf.Tensor, offsets: tf.Tensor) -> tf.Tensor:
        if self.box_loss == "giou":
            return 1 - compute_elementwise_giou(decode_offsets(anchors, offsets), targets.boxes)  # (batch, anchors)
        distance = tf.abs(targets.offsets - offsets)  # (batch, anchors, 4)
        if self.box_loss == "smooth_l1":
            square = self.sigma**2
            distance = tf.where(distance < 1 / square, square * distance**2 / 2, distance - 0.5 / square)
        return tf.reduce_sum(distance, axis=2)

    def _counted(self, targets: MultiBoxTargets, loss: tf.Tensor, found: tf.Tensor) -> tf.Tensor:
        """(batch, anchors): 1 for anchors with an object, and for the background of the greatest loss."""
        ranked = tf.sort(tf.where(targets.mask > 0, -1.0, loss), axis=1, direction="DESCENDING")
        most = tf.cast(tf.shape(loss)[1], tf.float32) - found
        wanted = tf.minimum(tf.math.ceil(self.negative_ratio * tf.maximum(found, 1.0)), most)  # (batch,)
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
