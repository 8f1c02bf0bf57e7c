"""Decodes a detector's outputs into boxes with class names and scores."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

from tfd2l.config.ranges import Fraction, PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.ops.vision.box_offsets import decode_offsets
from tfd2l.ops.vision.nms import apply_per_class_nms


class Detections:
    """Decodes a detector's outputs into `boxes`, `labels` and `scores`, the most probable first.

    Offsets are applied to the anchors, boxes are cut off at the border of the image, and of boxes of one class that
    overlap the likeliest stays (non-maximum suppression). The predictions are (batch, max_detections, 4) corner boxes
    in shares of the image, (batch, max_detections) text, and (batch, max_detections) probabilities; after the last
    object follow boxes of 0 with an empty label and a score of 0.

    Args:
        data: its class names are the labels.
        score_threshold: what is less likely is not shown. Average precision wants a low one.
        iou_threshold: above it, the less likely of two boxes of a class goes.
        max_detections: objects an image.
        candidates: so many pairs of box and class, the likeliest of an image, are looked at.

    Raises:
        ValueError: a threshold outside [0, 1], a number below 1, or more detections than candidates.

    References:
        Section 13.4.4.
    """

    def __init__(
        self,
        data: DataInfo,
        score_threshold: Fraction = 0.01,
        iou_threshold: Fraction = 0.5,
        max_detections: PositiveInt = 100,
        candidates: PositiveInt = 400,
    ) -> None:
        for name, value in (("score_threshold", score_threshold), ("iou_threshold", iou_threshold)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name} lies in [0, 1]. Received: {name}={value}")
        if not 1 <= max_detections <= candidates:
            raise ValueError(
                "max_detections counts from 1 up, and at most to candidates. Received: "
                f"max_detections={max_detections}, candidates={candidates}"
            )
        self.class_names = data.class_names
        self.score_threshold = score_threshold
        self.iou_threshold = iou_threshold
        self.max_detections = max_detections
        self.candidates = candidates

    def __call__(self, outputs: Mapping[str, tf.Tensor], inputs: object) -> dict[str, tf.Tensor]:
        probabilities = tf.nn.softmax(tf.cast(outputs["classes"], tf.float32))  # (batch, anchors, 1 + classes)
        offsets = tf.cast(outputs["offsets"], tf.float32)
        boxes = tf.clip_by_value(decode_offsets(outputs["anchors"], offsets), 0.0, 1.0)  # (batch, anchors, 4)
        found = apply_per_class_nms(
            boxes,
            probabilities[..., 1:],
            iou_threshold=self.iou_threshold,
            score_threshold=self.score_threshold,
            max_detections=self.max_detections,
            candidates=self.candidates,
        )
        names = tf.constant([*self.class_names, ""])  # -1, which pads, is the last
        last = len(self.class_names)
        return {
            "boxes": found.boxes,
            "labels": tf.gather(names, tf.where(found.classes < 0, last, found.classes)),
            "scores": found.scores,
        }
