"""A single shot detector on the body of a ResNet-18."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.backbones.resnet18_body import STRIDES, Stem, body_layers, resnet18_body
from tfd2l.models.backbones.ssd_heads import RATIOS, SIZES, ssd_heads
from tfd2l.models.base.images import image_shape
from tfd2l.models.tiny_ssd import down_sample
from tfd2l.models.weights.image_weights import freeze, give_weights


def ssd_resnet18(
    data: DataInfo,
    width: PositiveInt = 64,
    stem: Stem = "imagenet",
    scale_channels: Sequence[int] = (128, 128),
    sizes: Sequence[Sequence[float]] = SIZES,
    ratios: Sequence[float] = RATIOS,
    weights: str | None = None,
    frozen: bool = False,
) -> keras.Model:
    """SSD on a ResNet-18: images -> classes, offsets and anchors of boxes at several scales.

    The two last groups of the body, further blocks that halve the size, and a global max pooling say class and offsets
    of their own anchors. Of 256 x 256 images, with the defaults:

        group 3  16 x 16 x 256    1024 anchors
        group 4   8 x  8 x 512     256
        scale 3   4 x  4 x 128      64
        scale 4   2 x  2 x 128      16
        pool      1 x  1 x 128       4      together 1364

    and with the stem "small" four times as many pixels each way in all but the pool.

    Args:
        data: the images' shape, and a class of objects for each of its class names.
        width: channels of the body's stem and first group; each further group doubles them.
        stem: "imagenet" (7 x 7, stride 2, then max pooling) or "small" (3 x 3, stride 1): see `resnet18_body`.
        scale_channels: of each block after the body.
        sizes: of the anchor boxes of each scale, in shares of the image: a row for each of the two groups, one for each
            of `scale_channels`, and one for the pool.
        ratios: width over height of the anchor boxes of all scales.
        weights: what the body starts with: null at random, `run:RUN_ID` an earlier run's (of `resnet18`, say), or a
            file (.keras, .weights.h5).
        frozen: the body learns nothing, and normalizes by its moving statistics.

    Output: dict of `classes` (batch, anchors, 1 + classes) logits, background first, `offsets` (batch, anchors, 4) and
    `anchors` (batch, anchors, 4).

    Raises:
        ConfigError: a width below 1, images too small to be halved so often, not as many rows of sizes as scales, or
            weights that do not fit.

    Source: section 13.7; Liu et al. 2016, *SSD*; He et al. 2016, *Deep Residual Learning for Image Recognition*.
    """
    height, wide, channels = image_shape(data, "ssd_resnet18")
    if scale_channels and min(scale_channels) < 1:
        raise ConfigError(f"A size counts from 1 up. Received: model.scale_channels={list(scale_channels)}")
    least = STRIDES[stem] * 2 ** len(scale_channels)
    if min(height, wide) < least:
        raise ConfigError(
            f"model.ssd_resnet18 with stem={stem} and {len(scale_channels)} scale_channels takes images of at least "
            f"{least} pixels each way; larger images, or fewer scale_channels. Received: {height} x {wide}"
        )
    image = keras.Input((height, wide, channels), name="image")
    *_, group3, x = resnet18_body(image, width, stem)
    feature_maps = [group3, x]
    for number, filters in enumerate(scale_channels, start=3):
        x = down_sample(x, filters, f"scale{number}")
        feature_maps.append(x)
    feature_maps.append(layers.GlobalMaxPooling2D(keepdims=True, name="pool")(x))
    outputs = ssd_heads(feature_maps, len(data.class_names), sizes, ratios, "ssd_resnet18")
    model = keras.Model(image, outputs, name="ssd_resnet18")
    give_weights(body_layers(model), weights)
    if frozen:
        freeze(body_layers(model))
    return model
