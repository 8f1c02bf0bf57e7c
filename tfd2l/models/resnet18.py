"""ResNet-18, for small images as section 12.6 trains it on several devices, and for larger ones."""

from __future__ import annotations

import keras
from keras import layers

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.models.backbones.resnet18_body import Stem, body_layers, resnet18_body
from tfd2l.models.base.images import image_shape
from tfd2l.models.weights.image_weights import freeze, give_weights


def resnet18(
    data: DataInfo, width: PositiveInt = 64, stem: Stem = "small", weights: str | None = None, frozen: bool = False
) -> keras.Model:
    """ResNet-18: images -> logits.

    A body (a stem and four groups of two residual blocks), global average pooling, and a dense layer. At 28 x 28 x 1,
    with 10 classes and the stem for small images, which has no max pooling, there are 11,175,818 trainable weights,
    and the outputs are

        stem      28 x 28 x 64
        group 1   28 x 28 x 64
        group 2   14 x 14 x 128
        group 3    7 x  7 x 256
        group 4    4 x  4 x 512
        pool      512
        dense     10

    Args:
        data: the images' shape, and a class for each of its class names.
        width: channels of the stem and the first group; each further group doubles them. 64 is ResNet-18; with 8 it
            costs about a sixtieth.
        stem: "small" (3 x 3, stride 1) or "imagenet" (7 x 7, stride 2, then max pooling): see `resnet18_body`.
        weights: what the body starts with: null at random, `run:RUN_ID` an earlier run's, or a file (.keras,
            .weights.h5); the dense layer always starts at random.
        frozen: the body learns nothing, and normalizes by its moving statistics: only the dense layer is trained.

    Raises:
        ConfigError: a width below 1, or weights that do not fit.

    Source: sections 7.6, 12.6 and 13.2; He et al. 2016, *Deep Residual Learning for Image Recognition*.
    """
    image = keras.Input(image_shape(data, "resnet18"), name="image")
    *_, x = resnet18_body(image, width, stem)
    x = layers.GlobalAveragePooling2D(name="pool")(x)  # (batch, 8 width)
    model = keras.Model(image, layers.Dense(len(data.class_names), name="classifier")(x), name="resnet18")
    give_weights(body_layers(model), weights)
    if frozen:
        freeze(body_layers(model))
    return model
