"""How ill-conditioned a quadratic is, and what rescaling its coordinates does for it."""

from __future__ import annotations

import tensorflow as tf


def compute_condition_number(q: tf.Tensor) -> tf.Tensor:
    """Largest over smallest eigenvalue of a symmetric positive definite matrix (d, d); ().

    Source: section 11.7.
    """
    eigenvalues = tf.linalg.eigvalsh(q)
    return eigenvalues[-1] / eigenvalues[0]


def scale_to_unit_diagonal(q: tf.Tensor) -> tf.Tensor:
    """diag(Q)^(-1/2) Q diag(Q)^(-1/2), (d, d): ones on the diagonal, as Adagrad comes near to.

    Source: section 11.7.
    """
    scale = tf.math.rsqrt(tf.linalg.diag_part(q))  # (d,)
    return tf.linalg.set_diag(scale[:, None] * q * scale[None, :], tf.ones_like(scale))


def make_rotated_quadratic(eigenvalues: tuple[float, float], degrees: float) -> tf.Tensor:
    """The symmetric matrix (2, 2) with these eigenvalues, the first one's eigenvector turned by an angle; float64."""
    angle = tf.constant(degrees, tf.float64) * (3.141592653589793 / 180)
    cosine, sine = tf.cos(angle), tf.sin(angle)
    turn = tf.stack([tf.stack([cosine, -sine]), tf.stack([sine, cosine])])
    return turn @ tf.linalg.diag(tf.constant(eigenvalues, tf.float64)) @ tf.transpose(turn)
