"""Condition numbers of quadratic functions, and diagonal preconditioning."""

from __future__ import annotations

import tensorflow as tf


def compute_condition_number(q: tf.Tensor) -> tf.Tensor:
    """Computes the condition number of a symmetric positive definite matrix.

        kappa(Q) = lambda_max / lambda_min

    Args:
        q: A tensor of shape `(d, d)`.

    Returns:
        A scalar tensor.

    Example:
        >>> from tfd2l.ops.optimization.conditioning import compute_condition_number
        >>> compute_condition_number(tf.constant([[2.0, 0.0], [0.0, 8.0]])).numpy()
        np.float32(4.0)

    References:
        - *Dive into Deep Learning*, section 11.7.
    """
    eigenvalues = tf.linalg.eigvalsh(q)
    return eigenvalues[-1] / eigenvalues[0]


def scale_to_unit_diagonal(q: tf.Tensor) -> tf.Tensor:
    """Scales the rows and columns of a matrix so that its diagonal becomes 1.

        diag(Q)^(-1/2) Q diag(Q)^(-1/2)

    This is the preconditioning that Adagrad approximates.

    Args:
        q: A tensor of shape `(d, d)` with a positive diagonal.

    Returns:
        A tensor of shape `(d, d)`.

    Example:
        >>> from tfd2l.ops.optimization.conditioning import scale_to_unit_diagonal
        >>> scale_to_unit_diagonal(tf.constant([[4.0, 1.0], [1.0, 1.0]])).numpy()
        array([[1. , 0.5],
               [0.5, 1. ]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 11.7.
    """
    scale = tf.math.rsqrt(tf.linalg.diag_part(q))  # (d,)
    return tf.linalg.set_diag(scale[:, None] * q * scale[None, :], tf.ones_like(scale))


def make_rotated_quadratic(eigenvalues: tuple[float, float], degrees: float) -> tf.Tensor:
    """Makes the symmetric 2 x 2 matrix that has two eigenvalues and an angle of rotation.

    Args:
        eigenvalues: The two eigenvalues.
        degrees: The angle by which the eigenvector of the first eigenvalue is rotated, in degrees.

    Returns:
        A float64 tensor of shape `(2, 2)`.

    Example:
        >>> from tfd2l.ops.optimization.conditioning import make_rotated_quadratic
        >>> make_rotated_quadratic((1.0, 9.0), degrees=45.0).numpy()
        array([[ 5., -4.],
               [-4.,  5.]])
    """
    angle = tf.constant(degrees, tf.float64) * (3.141592653589793 / 180)
    cosine, sine = tf.cos(angle), tf.sin(angle)
    rotation = tf.stack([tf.stack([cosine, -sine]), tf.stack([sine, cosine])])
    return rotation @ tf.linalg.diag(tf.constant(eigenvalues, tf.float64)) @ tf.transpose(rotation)
