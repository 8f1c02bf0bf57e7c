"""Single shot detector on a ResNet-18 backbone."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.backbones.down_sampling import down_sample
from tfd2l.models.backbones.resnet18_backbone import STRIDES, Stem, build_resnet18_backbone, initialize_backbone
from tfd2l.models.backbones.ssd_heads import RATIOS, SIZES, build_ssd_heads
from tfd2l.models.base.images import get_image_shape


@check_bounds
def ssd_resnet18(
    data: DataInfo,
    width: PositiveInt = 64,
    stem: Stem = "imagenet",
    scale_channels: Sequence[PositiveInt] = (128, 128),
    sizes: Sequence[Sequence[float]] = SIZES,
    ratios: Sequence[float] = RATIOS,
    weights: str | None = None,
    frozen: bool = False,
) -> keras.Model:
    """Single shot detector (SSD) on a ResNet-18 backbone.

    The last two groups of the backbone, further blocks that halve the size, and a global max pooling predict classes
    and offsets of their own anchors. For 256 x 256 images, with the defaults:

        group 3  16 x 16 x 256    1024 anchors
        group 4   8 x  8 x 512     256
        scale 3   4 x  4 x 128      64
        scale 4   2 x  2 x 128      16
        pool      1 x  1 x 128       4      together 1364

    With the stem `"small"`, all but the pool have four times as many pixels each way.

    Args:
        data: Description of the data: the shape of the images, and the class names of the objects.
        width: Channels of the backbone's stem and first group; each further group doubles them. Defaults to 64.
        stem: `"imagenet"`, the default (7 x 7, stride 2, then max pooling), or `"small"` (3 x 3, stride 1).
        scale_channels: Channels of each block after the backbone.
        sizes: Sizes of the anchor boxes of each scale, as fractions of the image: a row for each of both groups, one
            for each of `scale_channels`, and one for the pool.
        ratios: Aspect ratios of the anchor boxes of all scales, width over height.
        weights: Weights of the backbone. `None`: random; `run:RUN_ID`: those of an earlier run (of `resnet18`, for
            instance); else a file (.keras, .weights.h5).
        frozen: Whether the backbone is excluded from training, and normalizes by its moving statistics. Defaults to
            `False`.

    Returns:
        A model that maps images, `(batch, height, width, channels)`, to a dict of `classes`, logits `(batch, anchors, 1
        + classes)`, background first, `offsets`, `(batch, anchors, 4)`, and `anchors`, `(batch, anchors, 4)`.

    Raises:
        ConfigError: An argument is outside its range, the images are too small, there are not as many rows of sizes as
            scales, or the weights do not fit.

    References:
        - Liu et al., 2016, *SSD: Single Shot MultiBox Detector*.
        - He et al., 2016, *Deep Residual Learning for Image Recognition*.
        - *Dive into Deep Learning*, section 13.7.
    """
    height, wide, channels = get_image_shape(data, "ssd_resnet18")
    least = STRIDES[stem] * 2 ** len(scale_channels)
    if min(height, wide) < least:
        raise ConfigError(
            f"model.ssd_resnet18 with stem={stem} and {len(scale_channels)} scale_channels takes images of at least "
            f"{least} pixels each way; larger images, or fewer scale_channels. Received: {height} x {wide}"
        )
    image = keras.Input((height, wide, channels), name="image")
    *_, group3, x = build_resnet18_backbone(image, width, stem)
    feature_maps = [group3, x]
    for number, filters in enumerate(scale_channels, start=3):
        x = down_sample(x, filters, f"scale{number}")
        feature_maps.append(x)
    feature_maps.append(layers.GlobalMaxPooling2D(keepdims=True, name="pool")(x))
    outputs = build_ssd_heads(feature_maps, len(data.class_names), sizes, ratios, "ssd_resnet18")
    model = keras.Model(image, outputs, name="ssd_resnet18")
    initialize_backbone(model, weights, frozen)
    return model
