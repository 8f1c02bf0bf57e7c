"""Fully convolutional network for semantic segmentation."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf
from keras import layers

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.layers.bilinear import Bilinear
from tfd2l.layers.shapes import Shape
from tfd2l.models.backbones.resnet18_backbone import STRIDES, Stem, build_resnet18_backbone, initialize_backbone
from tfd2l.models.base.images import get_image_shape


@keras.saving.register_keras_serializable(package="tfd2l")
class CropLike(layers.Layer):
    """Crops scores to the size of the image, which they exceed where the stride does not divide it.

    Call arguments:
        inputs: Pair of scores, `(batch, at least height, at least width, classes)`, and the image, `(batch, height,
            width, channels)`.

    Returns:
        Scores of shape `(batch, height, width, classes)`.
    """

    def call(self, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        scores, image = inputs
        (height, width), size = image.shape[1:3], tf.shape(image)
        return scores[:, : size[1] if height is None else height, : size[2] if width is None else width]

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        scores, image = input_shape
        return (*image[:3], scores[3])


@check_bounds
def fcn(
    data: DataInfo, width: PositiveInt = 64, stem: Stem = "imagenet", weights: str | None = None, frozen: bool = False
) -> keras.Model:
    """Fully convolutional network for semantic segmentation, on a ResNet-18 backbone.

    The backbone's features, `(height / s, width / s)`, with s = 32 for the stem `"imagenet"` and 8 for `"small"`,
    become a score for each class by a 1 x 1 convolution, and are enlarged by a transposed convolution with kernel size
    2 s and stride s, which is initialized to bilinear interpolation. At 320 x 480 the backbone's features are 10 x 15 x
    512. A size that s does not divide is rounded up and cropped at the end, so the output has the size of the image;
    images may have any size, whatever the model was trained on.

    Args:
        data: Description of the data: the channels of the images, and the class names.
        width: Channels of the backbone's stem and first group; each further group doubles them. Defaults to 64.
        stem: `"imagenet"`, the default (7 x 7, stride 2, then max pooling), or `"small"` (3 x 3, stride 1).
        weights: Weights of the backbone. `None`: random; `run:RUN_ID`: those of an earlier run (of `resnet18`, for
            instance); else a file (.keras, .weights.h5).
        frozen: Whether the backbone is excluded from training, and normalizes by its moving statistics. Defaults to
            `False`.

    Returns:
        A model that maps images, `(batch, height, width, channels)`, to logits, `(batch, height, width, classes)`.

    Raises:
        ConfigError: An argument is outside its range, or the weights do not fit.

    References:
        - Long et al., 2015, *Fully Convolutional Networks for Semantic Segmentation*.
        - *Dive into Deep Learning*, section 13.11.
    """
    *_, channels = get_image_shape(data, "fcn")
    classes, stride = len(data.class_names), STRIDES[stem]
    image = keras.Input((None, None, channels), name="image")
    *_, x = build_resnet18_backbone(image, width, stem)
    x = layers.Conv2D(classes, 1, name="scores")(x)  # (batch, height / s, width / s, classes)
    x = layers.Conv2DTranspose(classes, 2 * stride, stride, "same", kernel_initializer=Bilinear(), name="enlarge")(x)
    model = keras.Model(image, CropLike(name="crop")([x, image]), name="fcn")
    initialize_backbone(model, weights, frozen)
    return model
