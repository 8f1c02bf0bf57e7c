"""The optimizer AdEMAMix."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable(package="tfd2l_ademamix")
class AdEMAMix(keras.optimizers.Optimizer):
    """Optimizer that implements AdEMAMix: Adam with a fast and a slow moving mean of the gradients.

    At step t = 1, 2, ...:

        m1 = beta_1 m1 + (1 - beta_1) g            m1' = m1 / (1 - beta_1^t)
        m2 = b3(t) m2 + (1 - b3(t)) g              (starts at 0, not corrected)
        v  = beta_2 v + (1 - beta_2) g^2           v'  = v / (1 - beta_2^t)
        w  = w - lr ((m1' + a(t) m2) / (sqrt(v') + epsilon) + weight_decay w)

    over the first T = ramp_steps steps the slow mean is phased in:

        a(t)  = min(alpha t / T, alpha)
        b3(t) = min(exp(ln beta_1 ln beta_3 / ((1 - t/T) ln beta_3 + (t/T) ln beta_1)), beta_3)

    Args:
        learning_rate: A float or a `LearningRateSchedule`. Defaults to `0.001`.
        total_steps: The number of steps of the run, which the experiment supplies. It stands for `ramp_steps` where
            that is `None`.
        beta_1: The decay rate of the fast mean, between 0 and 1. Defaults to `0.9`.
        beta_2: The decay rate of the squared gradients, between 0 and 1. Defaults to `0.999`.
        beta_3: The decay rate of the slow mean, between 0 and 1. Defaults to `0.9999`.
        alpha: The weight of the slow mean; the paper uses 5 to 10. Defaults to `5.0`.
        epsilon: A small constant that is added outside the root. Defaults to `1e-8`.
        weight_decay: The decoupled weight decay, multiplied by the learning rate; `None` decays nothing. Defaults to
            `0.01`.
        ramp_steps: The number of steps T over which `alpha` and `beta_3` rise; 0 phases nothing in, `None` takes the
            whole run. Defaults to `None`.
        name: The name of the optimizer.
        **kwargs: The other arguments of `keras.optimizers.Optimizer`.

    Raises:
        ValueError: A decay rate outside of its range, or a negative `alpha` or `ramp_steps`.

    Example:
        >>> optimizer = AdEMAMix(learning_rate=1e-3, ramp_steps=1000)
        >>> optimizer.alpha
        5.0

    References:
        - Pagliardini, Ablin and Grangier 2024, *The AdEMAMix Optimizer: Better, Faster, Older*, arXiv 2409.03137.
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        total_steps: int = 0,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        beta_3: float = 0.9999,
        alpha: float = 5.0,
        epsilon: float = 1e-8,
        weight_decay: float | None = 0.01,
        ramp_steps: int | None = None,
        name: str = "ademamix",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, weight_decay=weight_decay, name=name, **kwargs)
        for key, beta in (("beta_1", beta_1), ("beta_2", beta_2), ("beta_3", beta_3)):
            if not 0 < beta < 1:
                raise ValueError(f"{key} lies between 0 and 1. Received: {key}={beta}")
        if alpha < 0 or (ramp_steps is not None and ramp_steps < 0):
            raise ValueError(f"alpha and ramp_steps are not negative. Received: {alpha=}, {ramp_steps=}")
        self.beta_1, self.beta_2, self.beta_3 = beta_1, beta_2, beta_3
        self.alpha = alpha
        self.epsilon = epsilon
        self.total_steps = total_steps
        self.ramp_steps = ramp_steps

    def build(self, variables: list[Any]) -> None:
        """Creates the two means and the mean of squares of every variable."""
        if self.built:
            return
        super().build(variables)
        self.fast_means = self.add_optimizer_variables(variables, "fast_mean")
        self.slow_means = self.add_optimizer_variables(variables, "slow_mean")
        self.squares = self.add_optimizer_variables(variables, "square")

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates one variable; the base class decays its weights."""
        index = self._get_variable_index(variable)
        fast, slow, square = self.fast_means[index], self.slow_means[index], self.squares[index]
        dtype = variable.dtype
        # Rows of an embedding (IndexedSlices) become a whole table: every row moves, by its means if not its gradient.
        gradient = ops.cast(tf.convert_to_tensor(gradient), dtype)
        lr = ops.cast(learning_rate, dtype)
        t = ops.cast(self.iterations + 1, "float32")
        alpha, beta_3 = (ops.cast(value, dtype) for value in self._ramped(t))
        self.assign(fast, fast * self.beta_1 + gradient * (1 - self.beta_1))
        self.assign(slow, slow * beta_3 + gradient * (1 - beta_3))
        self.assign(square, square * self.beta_2 + ops.square(gradient) * (1 - self.beta_2))
        fast_corrected = fast / ops.cast(1 - ops.power(self.beta_1, t), dtype)
        root = ops.sqrt(square / ops.cast(1 - ops.power(self.beta_2, t), dtype))
        self.assign_sub(variable, lr * (fast_corrected + alpha * slow) / (root + self.epsilon))

    def _ramped(self, t: Any) -> tuple[Any, Any]:
        """Returns a(t) and b3(t); b3 is interpolated so that its half-life, not itself, grows linearly."""
        steps = self.total_steps if self.ramp_steps is None else self.ramp_steps
        if steps == 0:
            return self.alpha, self.beta_3
        done = ops.minimum(t / steps, 1.0)
        log_1, log_3 = math.log(self.beta_1), math.log(self.beta_3)
        beta_3 = ops.exp(log_1 * log_3 / ((1 - done) * log_3 + done * log_1))
        return self.alpha * done, ops.minimum(beta_3, self.beta_3)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        own = ("beta_1", "beta_2", "beta_3", "alpha", "epsilon", "total_steps", "ramp_steps")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}
