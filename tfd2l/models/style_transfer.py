"""A model whose one weight is an image: its training paints the content in the style (section 13.12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt
from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.backbones.feature_extractor import Pixels, default_pixels, tapped
from tfd2l.ops.vision.gram_matrix import compute_gram_matrix
from tfd2l.ops.vision.pixels import IMAGENET_MEAN, IMAGENET_STD, MAX_PIXEL_VALUE
from tfd2l.ops.vision.total_variation import compute_total_variation

CAFFE_MEAN = (103.939, 116.779, 123.68)  # of its blue, green and red, from 0 to 255
STYLE_LAYERS = ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1")
CONTENT_LAYERS = ("block4_conv4",)
LOSSES = ("content", "style", "total variation")


@keras.saving.register_keras_serializable(package="tfd2l")
class StyleTransfer(keras.Model):
    """An image that becomes like one picture in what it shows, and like another in how.

    `image`, (height, width, 3), is the one weight that learns: each colour less ImageNet's mean, over its deviation.
    What the network makes of the two pictures is computed once, by `begin`, and kept. `losses_of_steps`, (total_steps,
    3), holds the weighted losses of every step, `pictures` the image before every `keep_every`th, `steps` how many
    there were; being weights, they are kept by snapshots and written inside the graph.

    Args:
        network: images -> outputs of the content layers, then of the style layers; it is frozen.
        num_content: how many of its outputs are of content layers.
        size: (height, width) of the image.
        total_steps: how many steps it can remember.
        loss_weights: of content, style and total variation.
        pixels, scale_features, keep_every: see `style_transfer`.

    Shapes: inputs (batch, ...), not looked at; outputs (batch,), the sum of the losses in every row.
    """

    def __init__(
        self,
        network: keras.Model,
        num_content: int,
        size: Sequence[int],
        total_steps: int,
        loss_weights: Sequence[float],
        pixels: Pixels,
        scale_features: bool,
        keep_every: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.network = network
        self.network.trainable = False
        self.num_content = num_content
        self.size = tuple(size)
        self.total_steps = total_steps
        self.loss_weights = [float(weight) for weight in loss_weights]
        self.pixels = pixels
        self.scale_features = scale_features
        self.keep_every = keep_every
        shapes = network.compute_output_shape((1, *self.size, 3))  # of the taps
        self.image = self._kept("image", (*self.size, 3), trainable=True)
        self.contents = [self._kept(f"content_{n}", shape) for n, shape in enumerate(shapes[:num_content])]
        self.grams = [
            self._kept(f"gram_{n}", (1, shape[-1], shape[-1])) for n, shape in enumerate(shapes[num_content:])
        ]
        self.scales = self._kept("scales", (len(shapes),))
        self.losses_of_steps = self._kept("losses", (total_steps, len(LOSSES)))
        self.pictures = self._kept("pictures", (-(-total_steps // keep_every), *self.size, 3), "uint8")
        self.steps = self._kept("steps", (), "int32")
        self.built = True

    def _kept(self, name: str, shape: Sequence[int], dtype: str = "float32", trainable: bool = False) -> Any:
        return self.add_weight(
            shape=tuple(shape), initializer="zeros", dtype=dtype, trainable=trainable, autocast=False, name=name
        )

    def begin(self, content: np.ndarray, style: np.ndarray) -> None:
        """Start with the content as the image, and compute what it is to be like.

        Args:
            content, style: (height, width, 3) uint8.
        """
        images = [_normalized(picture) for picture in (content, style)]
        of_content, of_style = (self._features(image) for image in images)
        self.image.assign(images[0])
        if self.scale_features:
            sizes = [
                tf.sqrt(0.5 * (tf.reduce_mean(a**2) + tf.reduce_mean(b**2)))
                for a, b in zip(of_content, of_style, strict=True)
            ]
            self.scales.assign(1 / tf.maximum(tf.stack(sizes), keras.config.epsilon()))
        else:
            self.scales.assign(tf.ones_like(self.scales))
        scales = tf.unstack(tf.convert_to_tensor(self.scales))
        for number, target in enumerate(self.contents):
            target.assign(of_content[number] * scales[number])
        for number, target in enumerate(self.grams, start=self.num_content):
            target.assign(compute_gram_matrix(of_style[number] * scales[number]))

    def call(self, inputs: Any, training: bool = False) -> tf.Tensor:
        image = tf.convert_to_tensor(self.image)  # (height, width, 3)
        losses = tf.stack(self.weighted_losses(image))  # (3,)
        if training:
            self._remember(image, losses)
        return tf.repeat(tf.reduce_sum(losses), tf.shape(tf.nest.flatten(inputs)[0])[0])  # (batch,)

    def weighted_losses(self, image: tf.Tensor) -> list[tf.Tensor]:
        """Content, style and total variation, each times its weight; ()."""
        features = self._features(image)
        scales = tf.unstack(tf.convert_to_tensor(self.scales))
        scaled = [feature * scale for feature, scale in zip(features, scales, strict=True)]
        content = _distance(scaled[: self.num_content], self.contents)
        style = _distance([compute_gram_matrix(features) for features in scaled[self.num_content :]], self.grams)
        losses = (content, style, compute_total_variation(image))
        return [weight * loss for weight, loss in zip(self.loss_weights, losses, strict=True)]

    def painted(self) -> np.ndarray:
        """The image, (height, width, 3) uint8."""
        return _bytes(tf.convert_to_tensor(self.image)).numpy()

    def _features(self, image: tf.Tensor) -> list[tf.Tensor]:
        """What the network makes of a normalized image: (1, h, w, channels) at each tap."""
        unit = image * tf.constant(IMAGENET_STD) + tf.constant(IMAGENET_MEAN)
        fed = {
            "torch": lambda: image,
            "unit": lambda: unit,
            "caffe": lambda: MAX_PIXEL_VALUE * unit[..., ::-1] - tf.constant(CAFFE_MEAN),
        }[self.pixels]()
        return [tf.cast(output, tf.float32) for output in tf.nest.flatten(self.network(fed[None], training=False))]

    def _remember(self, image: tf.Tensor, losses: tf.Tensor) -> None:
        step = tf.convert_to_tensor(self.steps)
        so_far = tf.convert_to_tensor(self.losses_of_steps)
        self.losses_of_steps.assign(tf.tensor_scatter_nd_update(so_far, step[None, None], losses[None]))
        pictures = tf.convert_to_tensor(self.pictures)
        place = step // self.keep_every
        self.pictures.assign(
            tf.cond(
                step % self.keep_every == 0,
                lambda: tf.tensor_scatter_nd_update(pictures, place[None, None], _bytes(image)[None]),
                lambda: pictures,
            )
        )
        self.steps.assign(step + 1)

    def get_config(self) -> dict[str, Any]:
        own = ("num_content", "size", "total_steps", "loss_weights", "pixels", "scale_features", "keep_every")
        network = keras.saving.serialize_keras_object(self.network)
        return {**super().get_config(), "network": network, **{name: getattr(self, name) for name in own}}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> StyleTransfer:
        config = dict(config)
        return cls(keras.saving.deserialize_keras_object(config.pop("network")), **config)


def style_transfer(
    data: DataInfo,
    total_steps: int,
    style_layers: Sequence[str] = STYLE_LAYERS,
    content_layers: Sequence[str] = CONTENT_LAYERS,
    content_weight: NonNegativeFloat = 1.0,
    style_weight: NonNegativeFloat = 1e3,
    tv_weight: NonNegativeFloat = 10.0,
    weights: str | None = None,
    pixels: Pixels | None = None,
    scale_features: bool = False,
    keep_every: PositiveInt = 50,
) -> StyleTransfer:
    """A model whose one weight is an image: trained with the loss `output`, it shows a content in a style.

    With F_l(x) the outputs of a layer l of a network that stays as it is, x the image, c the content, s the style,

        content = content_weight sum_l mean (F_l(x) - F_l(c))^2             over the content layers
        style   = style_weight   sum_l mean (G_l(x) - G_l(s))^2             over the style layers
        tv      = tv_weight      0.5 (mean |down| + mean |right|)

    with the Gram matrix G_l = F_l F_l^T / (channels height width), and the differences of x from pixel to pixel. The
    image starts as the content. What c and s are to the network is computed once.

    Where the layers are VGG-19's convolutions, F_l is their output before the ReLU, as the book's MXNet code has it (in
    its PyTorch code the ReLU that follows works in place, and so changes every tap but the last one's). Of a network
    trained here, it is what the layer puts out.

    The book adds up `sum(10 * styles_l + contents_l + [tv_l])`, in which the *list* of style losses is taken ten times:
    so it trains with a style weight of 1e4, though it names 1e3. Here the weight is what it says.

    Args:
        data: its fact `StyleImages`.
        style_layers, content_layers: names of layers of the network.
        content_weight, style_weight, tv_weight: of the three losses.
        weights: the network: null is VGG-19 at random (which transfers textures, if not well); `imagenet`
            keras.applications' VGG-19, or a copy of its file (.h5, with or without top); `run:RUN_ID` the convolutional
            network that an earlier run has trained, or a .keras file with one: name its layers.
        pixels: how the network wants its pixels: "torch": 0 to 1, less ImageNet's mean, over its deviation; "caffe":
            0 to 255, blue first, less the mean; "unit": 0 to 1. null: "caffe" for keras.applications' weights, "unit"
            for a network trained here (which scales pixels), "torch" for random weights. With "caffe" features are
            larger by far than those that the book's weights of losses are for: set them, or `scale_features`.
        scale_features: divide each layer's outputs by their root mean square over the two pictures, so that weights of
            losses mean the same for any network; the style weight must then be larger (1e6).
        keep_every: steps between images that are kept.

    Shapes: inputs (batch, ...), not looked at; outputs (batch,), the sum of the losses.

    Raises:
        ConfigError: no such layers, weights that do not fit, or data without the two images.

    Source: section 13.12; Gatys et al. 2016, *Image Style Transfer Using Convolutional Neural Networks*.
    """
    images = data.fact(StyleImages)
    if keep_every < 1:
        raise ConfigError(f"An image is kept every 1 or more steps. Received: model.keep_every={keep_every}")
    network = tapped(weights, [*content_layers, *style_layers])
    model = StyleTransfer(
        network,
        len(content_layers),
        images.content.shape[:2],
        total_steps,
        (content_weight, style_weight, tv_weight),
        default_pixels(weights) if pixels is None else pixels,
        scale_features,
        keep_every,
    )
    model.begin(images.content, images.style)
    return model


def _distance(features: Sequence[tf.Tensor], targets: Sequence[Any]) -> tf.Tensor:
    pairs = zip(features, targets, strict=True)
    return tf.add_n([tf.reduce_mean((of - tf.convert_to_tensor(target)) ** 2) for of, target in pairs])


def _normalized(picture: np.ndarray) -> tf.Tensor:
    return (tf.cast(picture, tf.float32) / MAX_PIXEL_VALUE - tf.constant(IMAGENET_MEAN)) / tf.constant(IMAGENET_STD)


def _bytes(image: tf.Tensor) -> tf.Tensor:
    unit = tf.clip_by_value(image * tf.constant(IMAGENET_STD) + tf.constant(IMAGENET_MEAN), 0.0, 1.0)
    return tf.cast(tf.round(MAX_PIXEL_VALUE * unit), tf.uint8)
