"""ResNet-18 image classifier."""

from __future__ import annotations

import keras
from keras import layers

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.models.backbones.resnet18_backbone import Stem, build_resnet18_backbone, initialize_backbone
from tfd2l.models.base.images import get_image_shape


@check_bounds
def resnet18(
    data: DataInfo, width: PositiveInt = 64, stem: Stem = "small", weights: str | None = None, frozen: bool = False
) -> keras.Model:
    """ResNet-18 image classifier.

    A backbone (a stem and four groups of two residual blocks), global average pooling, and a dense layer. At 28 x 28 x
    1, with 10 classes and the stem for small images, which has no max pooling, there are 11,175,818 trainable weights,
    and the outputs are

        stem      28 x 28 x 64
        group 1   28 x 28 x 64
        group 2   14 x 14 x 128
        group 3    7 x  7 x 256
        group 4    4 x  4 x 512
        pool      512
        dense     10

    Args:
        data: Description of the data: the shape of the images, and the class names.
        width: Channels of the stem and the first group; each further group doubles them. Defaults to 64, which is
            ResNet-18; with 8 the cost is about a sixtieth.
        stem: `"small"`, the default (3 x 3, stride 1), or `"imagenet"` (7 x 7, stride 2, then max pooling).
        weights: Weights of the backbone. `None`: random; `run:RUN_ID`: those of an earlier run; else a file (.keras,
            .weights.h5). The dense layer always has random weights.
        frozen: Whether the backbone is excluded from training, and normalizes by its moving statistics. Defaults to
            `False`.

    Returns:
        A model that maps images, `(batch, height, width, channels)`, to logits, `(batch, classes)`.

    Raises:
        ConfigError: An argument is outside its range, or the weights do not fit.

    References:
        - He et al., 2016, *Deep Residual Learning for Image Recognition*.
        - *Dive into Deep Learning*, sections 7.6, 12.6 and 13.2.
    """
    image = keras.Input(get_image_shape(data, "resnet18"), name="image")
    *_, x = build_resnet18_backbone(image, width, stem)
    x = layers.GlobalAveragePooling2D(name="pool")(x)  # (batch, 8 width)
    model = keras.Model(image, layers.Dense(len(data.class_names), name="classifier")(x), name="resnet18")
    initialize_backbone(model, weights, frozen)
    return model
