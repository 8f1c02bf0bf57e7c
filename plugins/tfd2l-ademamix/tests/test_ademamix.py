"""AdEMAMix against a float64 NumPy transcription of the paper's Algorithm 1."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from tfd2l_ademamix.ademamix import AdEMAMix

from tfd2l.testing import check_optimizer

STEPS = 60


def paper(weights, gradients, lr, beta_1, beta_2, beta_3, alpha, epsilon, decay, ramp):
    """Algorithm 1 of arXiv 2409.03137 with the schedulers of its section 3, in float64."""
    theta = weights.astype(np.float64)
    m1, m2, nu = (np.zeros_like(theta) for _ in range(3))
    for t, g in enumerate(gradients.astype(np.float64), start=1):
        share = t / ramp if ramp else np.inf
        a = min(share * alpha, alpha)
        b3 = beta_3
        if share < 1:
            denominator = (1 - share) * np.log(beta_3) + share * np.log(beta_1)
            b3 = min(np.exp(np.log(beta_1) * np.log(beta_3) / denominator), beta_3)
        m1 = beta_1 * m1 + (1 - beta_1) * g
        m2 = b3 * m2 + (1 - b3) * g
        nu = beta_2 * nu + (1 - beta_2) * g**2
        m1_hat, nu_hat = m1 / (1 - beta_1**t), nu / (1 - beta_2**t)
        theta = theta - lr * ((m1_hat + a * m2) / (np.sqrt(nu_hat) + epsilon) + decay * theta)
    return theta


@pytest.mark.parametrize("ramp", [0, 20, 200])
@pytest.mark.parametrize("jit", [False, True])
def test_matches_the_paper(ramp, jit):
    rng = np.random.default_rng(ramp)
    start, gradients = rng.normal(size=(4, 3)), rng.normal(size=(STEPS, 4, 3))
    weights = keras.Variable(start.astype(np.float32))
    optimizer = AdEMAMix(1e-2, beta_3=0.999, alpha=8.0, weight_decay=0.1, ramp_steps=ramp)
    optimizer.build([weights])

    @tf.function(jit_compile=jit)
    def step(gradient):
        optimizer.apply([gradient], [weights])

    for gradient in gradients.astype(np.float32):
        step(tf.constant(gradient))
    expected = paper(start, gradients, 1e-2, 0.9, 0.999, 0.999, 8.0, 1e-8, 0.1, ramp)
    np.testing.assert_allclose(weights.numpy(), expected, rtol=2e-4, atol=2e-5)


def test_rows_of_an_embedding_move_as_the_whole_table_would():
    rng = np.random.default_rng(5)
    start = rng.normal(size=(6, 2)).astype(np.float32)
    tables = [keras.Variable(start) for _ in range(2)]
    optimizers = [AdEMAMix(1e-2, ramp_steps=10, weight_decay=0.1) for _ in tables]
    for table, optimizer in zip(tables, optimizers, strict=True):
        optimizer.build([table])
    for _ in range(5):
        rows = tf.IndexedSlices(rng.normal(size=(3, 2)).astype(np.float32), tf.constant([4, 1, 4]), tf.constant([6, 2]))
        optimizers[0].apply([rows], [tables[0]])
        optimizers[1].apply([tf.convert_to_tensor(rows)], [tables[1]])
    np.testing.assert_allclose(tables[0], tables[1], rtol=1e-5)


def test_the_ramp_defaults_to_the_run():
    given, supplied = AdEMAMix(total_steps=50), AdEMAMix(ramp_steps=50)
    for t in (1.0, 25.0, 50.0, 80.0):
        np.testing.assert_allclose(given._ramped(t), supplied._ramped(t))


def test_works_wherever_it_may_be_used():
    check_optimizer(AdEMAMix)
    check_optimizer(lambda rate: AdEMAMix(rate, alpha=3.0, total_steps=9), skip=["mirrored"])


def test_a_loaded_model_goes_on_with_its_options(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(AdEMAMix(0.01, total_steps=9, alpha=3.0), "mse")
    model.save(tmp_path / "m.keras")
    assert keras.models.load_model(tmp_path / "m.keras").optimizer.alpha == 3.0


@pytest.mark.parametrize("options", [{"beta_1": 1.0}, {"beta_3": 0.0}, {"alpha": -1.0}, {"ramp_steps": -1}])
def test_refuses_what_makes_no_sense(options):
    with pytest.raises(ValueError, match="Received"):
        AdEMAMix(**options)
