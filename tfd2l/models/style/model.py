"""Model whose weight is an image, which is optimized to show a content in a style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import keras
import numpy as np
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.models.style.pixels import Pixels, convert_pixels, denormalize_image, normalize_image
from tfd2l.ops.vision.gram_matrix import compute_gram_matrix
from tfd2l.ops.vision.total_variation import compute_total_variation

LOSSES = ("content", "style", "total variation")


@keras.saving.register_keras_serializable(package="tfd2l")
class StyleTransfer(keras.Model):
    """Image that is optimized to resemble one image in its content and another in its style.

    `image`, `(height, width, 3)`, is the trainable weight: each channel less ImageNet's mean, over its standard
    deviation. `set_targets` computes the network's features of content and style, once. `losses_of_steps`,
    `(total_steps, 3)`, contains the weighted losses of every step, `kept_images` the image before every `keep_every`th
    step, and `steps` their number; these are weights too, so that checkpoints contain them and the graph writes them.

    Args:
        network: Frozen network that maps images to the outputs of the content layers, then of the style layers.
        num_content: Number of its outputs that are of content layers.
        size: Size (height, width) of the image.
        total_steps: Number of steps that can be recorded.
        loss_weights: Weights of the losses of content, style and total variation.
        pixels: Pixels that the network takes, as `style_transfer` has them.
        scale_features: Whether each layer's outputs are divided by their root mean square over both images.
        keep_every: Number of steps between images that are kept.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Tensor of shape `(batch, ...)`, of which only the batch size is used.
        training: Whether to record the losses and the image.

    Returns:
        The sum of the losses for every row, `(batch,)`.
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
        **kwargs: Unpack[LayerOptions],
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
        shapes = network.compute_output_shape((1, *self.size, 3))  # of the features, (1, height, width, channels)
        self.image = self._add_zeros("image", (*self.size, 3), trainable=True)
        self.contents = [self._add_zeros(f"content_{n}", shape) for n, shape in enumerate(shapes[:num_content])]
        self.grams = [
            self._add_zeros(f"gram_{n}", (1, shape[-1], shape[-1])) for n, shape in enumerate(shapes[num_content:])
        ]
        self.scales = self._add_zeros("scales", (len(shapes),))
        self.losses_of_steps = self._add_zeros("losses", (total_steps, len(LOSSES)))
        self.kept_images = self._add_zeros("pictures", (-(-total_steps // keep_every), *self.size, 3), "uint8")
        self.steps = self._add_zeros("steps", (), "int32")
        self.built = True

    def _add_zeros(
        self, name: str, shape: Sequence[int], dtype: str = "float32", trainable: bool = False
    ) -> keras.Variable:
        return self.add_weight(
            shape=tuple(shape), initializer="zeros", dtype=dtype, trainable=trainable, autocast=False, name=name
        )

    def set_targets(self, content: np.ndarray, style: np.ndarray) -> None:
        """Sets the image to the content, and computes the features that it is to have.

        Args:
            content: Image of uint8, `(height, width, 3)`.
            style: Image of uint8, of any size.
        """
        images = [normalize_image(image) for image in (content, style)]
        of_content, of_style = (self._compute_features(image) for image in images)
        self.image.assign(images[0])
        if self.scale_features:
            root_mean_squares = [
                tf.sqrt(0.5 * (tf.reduce_mean(a**2) + tf.reduce_mean(b**2)))
                for a, b in zip(of_content, of_style, strict=True)
            ]
            self.scales.assign(1 / tf.maximum(tf.stack(root_mean_squares), keras.config.epsilon()))
        else:
            self.scales.assign(tf.ones_like(self.scales))
        scales = tf.unstack(tf.convert_to_tensor(self.scales))
        for number, target in enumerate(self.contents):
            target.assign(of_content[number] * scales[number])
        for number, target in enumerate(self.grams, start=self.num_content):
            target.assign(compute_gram_matrix(of_style[number] * scales[number]))

    def call(self, inputs: object, training: bool = False) -> tf.Tensor:
        image = tf.convert_to_tensor(self.image)  # (height, width, 3)
        losses = tf.stack(self.weighted_losses(image))  # (3,)
        if training:
            self._record(image, losses)
        return tf.repeat(tf.reduce_sum(losses), tf.shape(tf.nest.flatten(inputs)[0])[0])  # (batch,)

    def weighted_losses(self, image: tf.Tensor) -> list[tf.Tensor]:
        """Returns the losses of content, style and total variation, scalars, each times its weight."""
        features = self._compute_features(image)
        scales = tf.unstack(tf.convert_to_tensor(self.scales))
        scaled = [feature * scale for feature, scale in zip(features, scales, strict=True)]
        content = _sum_mean_squared_errors(scaled[: self.num_content], self.contents)
        grams = [compute_gram_matrix(features) for features in scaled[self.num_content :]]  # (1, channels, channels)
        style = _sum_mean_squared_errors(grams, self.grams)
        losses = (content, style, compute_total_variation(image))
        return [weight * loss for weight, loss in zip(self.loss_weights, losses, strict=True)]

    def to_bytes(self) -> np.ndarray:
        """Returns the image as uint8, `(height, width, 3)`."""
        return denormalize_image(tf.convert_to_tensor(self.image)).numpy()

    def _compute_features(self, image: tf.Tensor) -> list[tf.Tensor]:
        """Returns the network's outputs for a normalized image, (1, height, width, channels) of each layer."""
        outputs = self.network(convert_pixels(image, self.pixels)[None], training=False)
        return [tf.cast(output, tf.float32) for output in tf.nest.flatten(outputs)]

    def _record(self, image: tf.Tensor, losses: tf.Tensor) -> None:
        step = tf.convert_to_tensor(self.steps)
        so_far = tf.convert_to_tensor(self.losses_of_steps)
        self.losses_of_steps.assign(tf.tensor_scatter_nd_update(so_far, step[None, None], losses[None]))
        kept = tf.convert_to_tensor(self.kept_images)
        place = step // self.keep_every
        self.kept_images.assign(
            tf.cond(
                step % self.keep_every == 0,
                lambda: tf.tensor_scatter_nd_update(kept, place[None, None], denormalize_image(image)[None]),
                lambda: kept,
            )
        )
        self.steps.assign(step + 1)

    def get_config(self) -> dict[str, Any]:
        own = ("num_content", "size", "total_steps", "loss_weights", "pixels", "scale_features", "keep_every")
        network = keras.saving.serialize_keras_object(self.network)
        return {**super().get_config(), "network": network, **{name: getattr(self, name) for name in own}}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Mapping[str, type] | None = None) -> StyleTransfer:
        config = dict(config)
        return cls(keras.saving.deserialize_keras_object(config.pop("network")), **config)


def _sum_mean_squared_errors(features: Sequence[tf.Tensor], targets: Sequence[keras.Variable]) -> tf.Tensor:
    pairs = zip(features, targets, strict=True)
    return tf.add_n([tf.reduce_mean((of - tf.convert_to_tensor(target)) ** 2) for of, target in pairs])
