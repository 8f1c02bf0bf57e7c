"""Batch normalization of images in one operation of TensorFlow."""

from __future__ import annotations

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Batch normalization of images, computed in training by TensorFlow's fused operation.

    Keras 3 reads the images once for each of the mean, the variance, the difference and so on, and again in the
    backward pass; the fused operation reads them twice. On processors, where small convolutional networks wait for
    memory more than for arithmetic, this shortens the whole step. Results, variables, options and saved weights are
    those of `keras.layers.BatchNormalization`. Keras computes what the fused operation does not support (masks,
    renormalization, statistics over several replicas, axes other than the last), and all inference.

    Args: those of `keras.layers.BatchNormalization`.

    Call arguments:
        inputs: Images of shape `(batch, height, width, channels)`.
        training: Whether to normalize by the statistics of the batch, and to update the moving ones.
        mask: Mask of the inputs; with one, Keras computes the layer.

    Returns:
        A tensor of the shape of `inputs`.

    Example:
        >>> from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization
        >>> layer = FusedBatchNormalization(epsilon=0.0)
        >>> layer(tf.constant([1.0, 3.0])[None, None, :, None], training=True)[0, 0, :, 0].numpy()
        array([-1.,  1.], dtype=float32)

    References:
        - Ioffe and Szegedy, 2015, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal
          Covariate Shift*.
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
        # The operation returns the unbiased sample variance; Keras keeps the variance of the batch itself.
        count = tf.cast(tf.reduce_prod(tf.shape(inputs)[:3]), tf.float32)
        variance *= (count - 1) / count
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + tf.cast(new, moving.dtype) * (1 - self.momentum))
        return outputs
