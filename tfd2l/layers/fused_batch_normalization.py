"""Batch normalization of images in one operation."""

from __future__ import annotations

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Keras' batch normalization of images, computed while training by TensorFlow's fused operation.

    Keras 3 goes over the images once for each of the mean, the variance, the difference and so on, and backwards
    again; the fused operation goes over them twice. On processors, where small convolutional networks wait for memory
    more than for arithmetic, that shortens the whole step. Numbers, variables, options and saved weights are those of
    Keras' layer. What the fused operation does not know (masks, renormalization, statistics over several replicas,
    other axes than the last) Keras computes, as it does all inference.

    Input: (batch, height, width, channels).
    Output: of the same shape.
    """

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: tf.Tensor | None = None) -> tf.Tensor:
        fused = len(inputs.shape) == 4 and self.axis in (-1, 3) and mask is None
        if not (training and self.trainable and fused) or self.renorm or self.synchronized:
            return super().call(inputs, training=training, mask=mask)
        channels = [inputs.shape[-1]]
        gamma = tf.cast(tf.convert_to_tensor(self.gamma), tf.float32) if self.scale else tf.ones(channels)
        beta = tf.cast(tf.convert_to_tensor(self.beta), tf.float32) if self.center else tf.zeros(channels)
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=tf.cast(inputs, self.compute_dtype),
            scale=gamma,
            offset=beta,
            mean=tf.zeros([0]),
            variance=tf.zeros([0]),
            epsilon=self.epsilon,
            is_training=True,
        )
        # The operation gives the unbiased variance of a sample; Keras keeps that of the batch itself.
        count = tf.cast(tf.reduce_prod(tf.shape(inputs)[:3]), tf.float32)
        variance *= (count - 1) / count
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + tf.cast(new, moving.dtype) * (1 - self.momentum))
        return outputs
