"""A fully convolutional network: a class for every pixel (section 13.11)."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.layers.bilinear import Bilinear
from tfd2l.models.backbones.resnet18_body import STRIDES, Stem, body_layers, resnet18_body
from tfd2l.models.base.images import image_shape
from tfd2l.models.weights.image_weights import freeze, give_weights


@keras.saving.register_keras_serializable(package="tfd2l")
class CropLike(layers.Layer):
    """Rows and columns of scores that are in the image too: where a size does not divide, some are beyond its end.

    Input: [scores (batch, at least height, at least width, ...), image (batch, height, width, ...)].
    """

    def call(self, inputs: Any) -> tf.Tensor:
        scores, image = inputs
        (height, width), size = image.shape[1:3], tf.shape(image)
        return scores[:, : size[1] if height is None else height, : size[2] if width is None else width]

    def compute_output_shape(self, input_shape: Any) -> Any:
        scores, image = input_shape
        return (*image[:3], scores[3])


def fcn(
    data: DataInfo, width: PositiveInt = 64, stem: Stem = "imagenet", weights: str | None = None, frozen: bool = False
) -> keras.Model:
    """A fully convolutional network on the body of a ResNet-18: images -> logits of every pixel.

    image (height, width) -> body (height / s, width / s) -> 1 x 1 convolution to a score a class -> transposed
    convolution of kernel 2 s and stride s, which begins as bilinear interpolation -> (height, width, classes)

    with s = 32 for the stem "imagenet", 8 for "small". At 320 x 480 the body gives 10 x 15 x 512. A size that s does
    not divide is rounded up on the way and cut at the end, so the output has the image's size always; images of any
    size may be given, whatever it was trained on.

    Args:
        data: the images' channels, and a class for each of its class names.
        width: channels of the body's stem and first group; each further group doubles them.
        stem: "imagenet" (7 x 7, stride 2, then max pooling) or "small" (3 x 3, stride 1): see `resnet18_body`.
        weights: what the body starts with: null at random, `run:RUN_ID` an earlier run's (of `resnet18`, say), or a
            file (.keras, .weights.h5).
        frozen: the body learns nothing, and normalizes by its moving statistics.

    Shapes: image (batch, height, width, channels); logits (batch, height, width, classes).

    Raises:
        ConfigError: a width below 1, or weights that do not fit.

    Source: section 13.11; Long et al. 2015, *Fully Convolutional Networks for Semantic Segmentation*.
    """
    *_, channels = image_shape(data, "fcn")
    classes, stride = len(data.class_names), STRIDES[stem]
    image = keras.Input((None, None, channels), name="image")
    *_, x = resnet18_body(image, width, stem)
    x = layers.Conv2D(classes, 1, name="scores")(x)  # (batch, height / s, width / s, classes)
    x = layers.Conv2DTranspose(classes, 2 * stride, stride, "same", kernel_initializer=Bilinear(), name="enlarge")(x)
    model = keras.Model(image, CropLike(name="crop")([x, image]), name="fcn")
    give_weights(body_layers(model), weights)
    if frozen:
        freeze(body_layers(model))
    return model
