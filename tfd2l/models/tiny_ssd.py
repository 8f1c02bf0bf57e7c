"""A small single shot detector (section 13.7)."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization
from tfd2l.models.backbones.ssd_heads import RATIOS, SIZES, ssd_heads
from tfd2l.models.base.images import image_shape

# The book's, not Keras' (0.99, 1e-3): the moving statistics must follow within a short training.
NORMALIZATION = {"momentum": 0.9, "epsilon": 1e-5}


def tiny_ssd(
    data: DataInfo,
    base_channels: Sequence[int] = (16, 32, 64),
    scale_channels: Sequence[int] = (128, 128, 128),
    sizes: Sequence[Sequence[float]] = SIZES,
    ratios: Sequence[float] = RATIOS,
) -> keras.Model:
    """TinySSD: images -> classes, offsets and anchors of boxes at several scales.

    A base of blocks that halve the size, further such blocks, and a global max pooling; the output of the base and of
    all that follows says class and offsets of its own anchors. Of 256 x 256 images, with the defaults:

        base     32 x 32 x 64     4096 anchors
        scale 2  16 x 16 x 128    1024
        scale 3   8 x  8 x 128     256
        scale 4   4 x  4 x 128      64
        pool      1 x  1 x 128       4      together 5444

    Args:
        data: the images' shape, and a class of objects for each of its class names.
        base_channels: of each block of the base; each halves the size of the image.
        scale_channels: of each block after it.
        sizes: of the anchor boxes of each scale, in shares of the image: a row for the base, one for each of
            `scale_channels`, and one for the pool.
        ratios: width over height of the anchor boxes of all scales.

    Output: dict of `classes` (batch, anchors, 1 + classes) logits, background first, `offsets` (batch, anchors, 4) and
    `anchors` (batch, anchors, 4).

    Raises:
        ConfigError: a width below 1, no block in the base, images too small to be halved so often, or not as many rows
            of sizes as scales.

    Source: section 13.7.1; Liu et al. 2016, *SSD: Single Shot MultiBox Detector*.
    """
    height, width, channels = image_shape(data, "tiny_ssd")
    widths = [*base_channels, *scale_channels]
    if not base_channels or min(widths) < 1:
        raise ConfigError(
            f"The base has at least one block, and widths count from 1 up. Received: model.base_channels="
            f"{list(base_channels)}, model.scale_channels={list(scale_channels)}"
        )
    if min(height, width) < 2 ** len(widths):
        raise ConfigError(
            f"model.tiny_ssd halves its images {len(widths)} times, so they are at least {2 ** len(widths)} pixels "
            f"wide and high; larger images, or fewer scale_channels. Received: {height} x {width}"
        )
    image = x = keras.Input((height, width, channels), name="image")
    for number, filters in enumerate(base_channels, start=1):
        x = down_sample(x, filters, f"base{number}")
    feature_maps = [x]
    for number, filters in enumerate(scale_channels, start=2):
        x = down_sample(x, filters, f"scale{number}")
        feature_maps.append(x)
    feature_maps.append(layers.GlobalMaxPooling2D(keepdims=True, name="pool")(x))
    return keras.Model(
        image, ssd_heads(feature_maps, len(data.class_names), sizes, ratios, "tiny_ssd"), name="tiny_ssd"
    )


def down_sample(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    """Twice a 3 x 3 convolution, batch normalization and ReLU, then 2 x 2 max pooling: (batch, h / 2, w / 2, filters).

    Source: section 13.7.1.
    """
    for number in (1, 2):
        x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_conv{number}")(x)
        x = FusedBatchNormalization(**NORMALIZATION, name=f"{name}_norm{number}")(x)
        x = layers.ReLU(name=f"{name}_relu{number}")(x)
    return layers.MaxPooling2D(2, name=f"{name}_pool")(x)
