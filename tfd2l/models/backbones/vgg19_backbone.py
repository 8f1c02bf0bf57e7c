"""VGG-19 convolutions, with their outputs before the ReLU."""

from __future__ import annotations

import keras
from keras import layers

CONVOLUTIONS = (2, 2, 4, 4, 4)  # of each block
CHANNELS = (64, 128, 256, 512, 512)


def build_vgg19_backbone() -> keras.Model:
    """Builds the five blocks of VGG-19: 3 x 3 convolutions, each followed by a ReLU, and max pooling after each block.

    The layers have the names of those in `keras.applications` (`block1_conv1`, ..., `block5_conv4`, `block1_pool`), so
    that its weights fit by name; but there the output of a convolution includes the ReLU, which here is a layer of its
    own (`block1_relu1`).

    Returns:
        A model that maps images, `(batch, height, width, 3)`, of any size, to features, `(batch, height // 32, width //
        32, 512)`.

    References:
        - Simonyan and Zisserman, 2015, *Very Deep Convolutional Networks for Large-Scale Image Recognition*.
        - *Dive into Deep Learning*, section 13.12.
    """
    x = image = keras.Input((None, None, 3), name="image")
    for block, (count, channels) in enumerate(zip(CONVOLUTIONS, CHANNELS, strict=True), start=1):
        for number in range(1, count + 1):
            # At random weights, He's keep the size of the features from layer to layer.
            x = layers.Conv2D(
                channels, 3, padding="same", kernel_initializer="he_normal", name=f"block{block}_conv{number}"
            )(x)
            x = layers.ReLU(name=f"block{block}_relu{number}")(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    return keras.Model(image, x, name="vgg19")
