"""TinySSD, a small single shot detector."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.backbones.down_sampling import down_sample
from tfd2l.models.backbones.ssd_heads import RATIOS, SIZES, build_ssd_heads
from tfd2l.models.base.images import get_image_shape


@check_bounds
def tiny_ssd(
    data: DataInfo,
    base_channels: Sequence[PositiveInt] = (16, 32, 64),
    scale_channels: Sequence[PositiveInt] = (128, 128, 128),
    sizes: Sequence[Sequence[float]] = SIZES,
    ratios: Sequence[float] = RATIOS,
) -> keras.Model:
    """TinySSD: a small single shot detector (SSD).

    A base network of blocks that halve the size, further such blocks, and a global max pooling; the output of the base
    network and of all that follows predict classes and offsets of their own anchors. For 256 x 256 images, with the
    defaults:

        base     32 x 32 x 64     4096 anchors
        scale 2  16 x 16 x 128    1024
        scale 3   8 x  8 x 128     256
        scale 4   4 x  4 x 128      64
        pool      1 x  1 x 128       4      together 5444

    Args:
        data: Description of the data: the shape of the images, and the class names of the objects.
        base_channels: Channels of each block of the base network; each halves the size of the image.
        scale_channels: Channels of each block after it.
        sizes: Sizes of the anchor boxes of each scale, as fractions of the image: a row for the base network, one for
            each of `scale_channels`, and one for the pool.
        ratios: Aspect ratios of the anchor boxes of all scales, width over height.

    Returns:
        A model that maps images, `(batch, height, width, channels)`, to a dict of `classes`, logits `(batch, anchors, 1
        + classes)`, background first, `offsets`, `(batch, anchors, 4)`, and `anchors`, `(batch, anchors, 4)`.

    Raises:
        ConfigError: An argument is outside its range, there is no block in the base network, the images are too small,
            or there are not as many rows of sizes as scales.

    References:
        - Liu et al., 2016, *SSD: Single Shot MultiBox Detector*.
        - *Dive into Deep Learning*, section 13.7.1.
    """
    height, width, channels = get_image_shape(data, "tiny_ssd")
    widths = [*base_channels, *scale_channels]
    if not base_channels:
        raise ConfigError(
            f"The base network must have at least one block. Received: model.base_channels={list(base_channels)}"
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
        image, build_ssd_heads(feature_maps, len(data.class_names), sizes, ratios, "tiny_ssd"), name="tiny_ssd"
    )
