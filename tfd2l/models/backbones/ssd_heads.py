"""Heads of a single shot detector."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from tfd2l.errors import ConfigError
from tfd2l.layers.anchor_boxes import AnchorBoxes
from tfd2l.ops.vision.anchors import count_anchors_per_pixel

# The book's: the second size of a scale is the geometric mean of its own and the next one's first.
SIZES = ((0.2, 0.272), (0.37, 0.447), (0.54, 0.619), (0.71, 0.79), (0.88, 0.961))
RATIOS = (1.0, 2.0, 0.5)


def build_class_predictor(num_anchors: int, num_classes: int, name: str | None = None) -> keras.layers.Layer:
    """Builds the layer that predicts classes: a 3 x 3 convolution to the logits of every anchor of a pixel.

    Args:
        num_anchors: Number of anchor boxes of a pixel.
        num_classes: Number of classes of objects; background is one more.
        name: Name of the layer.

    References:
        - *Dive into Deep Learning*, section 13.7.1.
    """
    return layers.Conv2D(num_anchors * (num_classes + 1), 3, padding="same", name=name)


def build_box_predictor(num_anchors: int, name: str | None = None) -> keras.layers.Layer:
    """Builds the layer that predicts boxes: a 3 x 3 convolution to the four offsets of every anchor of a pixel.

    Args:
        num_anchors: Number of anchor boxes of a pixel.
        name: Name of the layer.

    References:
        - *Dive into Deep Learning*, section 13.7.1.
    """
    return layers.Conv2D(num_anchors * 4, 3, padding="same", name=name)


def build_ssd_heads(
    feature_maps: Sequence[keras.KerasTensor],
    num_classes: int,
    sizes: Sequence[Sequence[float]],
    ratios: Sequence[float],
    model: str,
) -> dict[str, keras.KerasTensor]:
    """Builds the outputs of a single shot detector from its feature maps.

    Args:
        feature_maps: Feature maps of shape `(batch, height, width, channels)`, the finest first.
        num_classes: Number of classes of objects; background is one more.
        sizes: Sizes of the anchor boxes of each feature map.
        ratios: Aspect ratios of all anchor boxes.
        model: Name of the model, for the error.

    Returns:
        Dict of float32 tensors: `classes`, logits `(batch, anchors, 1 + classes)`, background first; `offsets`,
        `(batch, anchors, 4)`; `anchors`, `(batch, anchors, 4)`, corners in normalized coordinates.

    Raises:
        ConfigError: There are not as many rows of sizes as feature maps.

    References:
        - *Dive into Deep Learning*, section 13.7.1.
    """
    if len(sizes) != len(feature_maps):
        raise ConfigError(
            f"model.{model} has {len(feature_maps)} feature maps, and needs a row of sizes for each. "
            f"Received: model.sizes={[list(row) for row in sizes]}"
        )
    columns: dict[str, list[keras.KerasTensor]] = {"classes": [], "offsets": [], "anchors": []}
    for scale, (x, row) in enumerate(zip(feature_maps, sizes, strict=True), start=1):
        columns["anchors"].append(AnchorBoxes(row, ratios, name=f"anchors{scale}")(x))
        number = count_anchors_per_pixel(row, ratios)
        classes = build_class_predictor(number, num_classes, f"classes{scale}")(x)
        offsets = build_box_predictor(number, f"offsets{scale}")(x)
        for key, values, width in (("classes", classes, num_classes + 1), ("offsets", offsets, 4)):
            flat = layers.Reshape((-1, width), dtype="float32", name=f"{key}{scale}_rows")(values)
            columns[key].append(flat)  # (batch, height width number, width)
    return {
        key: layers.Concatenate(axis=1, dtype="float32", name=key)(parts) if len(parts) > 1 else parts[0]
        for key, parts in columns.items()
    }
