"""Muon, Keras' implementation."""

from __future__ import annotations

import keras

from tfd2l.config.ranges import NonNegativeFloat, PositiveFloat, ProperFraction


def muon(
    learning_rate: NonNegativeFloat = 0.001,
    momentum: ProperFraction = 0.95,
    nesterov: bool = True,
    ns_steps: int = 5,
    rms_rate: float | None = 0.2,
    exclude_layers: list[str] | None = None,
    exclude_embeddings: bool = True,
    adam_beta_1: ProperFraction = 0.9,
    adam_beta_2: ProperFraction = 0.999,
    epsilon: NonNegativeFloat = 1e-7,
    adam_lr_ratio: float = 1.0,
    adam_weight_decay: float | None = 0.004,
    weight_decay: NonNegativeFloat | None = 0.004,
    global_clipnorm: PositiveFloat | None = None,
) -> keras.optimizers.Optimizer:
    """Muon (Keras): orthogonalized momentum for matrices, AdamW for all other weights.

    For a matrix of shape (rows, columns):

        m  = momentum * m + g;    u = g + momentum * m with Nesterov momentum, else m
        w -= learning_rate * rms_rate * sqrt(max(rows, columns)) * O(u)

    O brings the singular values of u near 1 by `ns_steps` Newton-Schulz steps X <- a X + (b A + c A^2) X from X = u /
    |u|, with A = X X^T and a, b, c = 3.4445, -4.775, 2.0315.

    Args:
        learning_rate: Learning rate, a number that is not negative or a
            `keras.optimizers.schedules.LearningRateSchedule`; an experiment passes its schedule. Defaults to 0.001.
        momentum: Decay of the momentum, in [0, 1). Defaults to 0.95.
        nesterov: Whether to evaluate the step ahead along the momentum. Defaults to `True`.
        ns_steps: Number of Newton-Schulz steps. Defaults to 5.
        rms_rate: Factor that makes steps about as large as AdamW's, with the root. Defaults to 0.2. `None`: neither.
        exclude_layers: Parts of the paths of matrices that AdamW updates, such as the output layer's. `None`: no
            others.
        exclude_embeddings: Whether AdamW updates embeddings. Defaults to `True`.
        adam_beta_1: `beta_1` of AdamW. Defaults to 0.9.
        adam_beta_2: `beta_2` of AdamW. Defaults to 0.999.
        epsilon: `epsilon` of AdamW. Defaults to 1e-7.
        adam_lr_ratio: Learning rate of AdamW divided by that of Muon. Defaults to 1.
        adam_weight_decay: Weight decay of what AdamW updates. Defaults to 0.004.
        weight_decay: Weight decay of what Muon updates. Defaults to 0.004.
        global_clipnorm: Largest norm of all gradients together; larger gradients are scaled down to it. `None`: no
            clipping.

    Returns:
        A `keras.optimizers.Muon`.

    Example:
        >>> from tfd2l.optimizers.muon import muon
        >>> weights = keras.Variable([1.0, 2.0])
        >>> optimizer = muon(learning_rate=0.1)
        >>> for gradients in ([1.0, -1.0], [0.5, 0.0]):
        ...     optimizer.apply([tf.constant(gradients)], [weights])
        >>> weights.numpy()
        array([0.806 , 2.1654], dtype=float32)

    References:
        - Jordan et al., 2024, *Muon: An optimizer for hidden layers in neural networks*.
        - Liu et al., 2025, *Muon is Scalable for LLM Training*, for `rms_rate`.
    """
    return keras.optimizers.Muon(**locals())
