"""Muon: matrices learn by their momentum made orthogonal, everything else by AdamW."""

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
    """Muon: matrices learn by their momentum made orthogonal, everything else by AdamW (Keras' own).

    For a matrix (rows, columns):

        m = momentum m + g;  u = g + momentum m (with Nesterov; else m)
        w -= lr rms_rate sqrt(max(rows, columns)) O(u)

    where O brings the singular values of u near 1 by `ns_steps` Newton-Schulz steps X <- a X + (b A + c A^2) X from
    X = u / |u|, with A = X X^T and a, b, c = 3.4445, -4.775, 2.0315.

    Args:
        learning_rate: a number, or the run's schedule.
        momentum: decay of the momentum.
        nesterov: look ahead along the momentum.
        ns_steps: Newton-Schulz steps.
        rms_rate: makes steps about as large as AdamW's; null leaves both factors out.
        exclude_layers: matrices whose path holds one of these learn by AdamW (the output layer, say).
        exclude_embeddings: so do embeddings.
        adam_beta_1, adam_beta_2, epsilon: as in `adamw`.
        adam_lr_ratio: rate of AdamW / rate of Muon.
        adam_weight_decay: of what learns by AdamW.
        weight_decay: of what learns by Muon.
        global_clipnorm: clip the norm of all gradients together; null does not.

    Source: Jordan et al. 2024, *Muon: An optimizer for hidden layers in neural networks*; for `rms_rate` Liu et al.
    2025, *Muon is Scalable for LLM Training*.
    """
    return keras.optimizers.Muon(
        learning_rate=learning_rate,
        momentum=momentum,
        nesterov=nesterov,
        ns_steps=ns_steps,
        rms_rate=rms_rate,
        exclude_layers=exclude_layers,
        exclude_embeddings=exclude_embeddings,
        adam_beta_1=adam_beta_1,
        adam_beta_2=adam_beta_2,
        epsilon=epsilon,
        adam_lr_ratio=adam_lr_ratio,
        adam_weight_decay=adam_weight_decay,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
    )
