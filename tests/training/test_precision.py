"""Mixed precision: what is computed in 16 bits, what stays in 32, and where it is refused."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.strategies.single import single
from tfd2l.training.precision import POLICIES, require_precision, use_precision, with_loss_scale


@pytest.fixture(autouse=True)
def float32_again():
    yield
    use_precision("float32")


def test_layers_compute_in_16_bits_with_variables_in_32():
    use_precision("bfloat16")
    layer = keras.layers.Dense(2)
    outputs = layer(np.ones((1, 3), np.float32))
    assert outputs.dtype == "bfloat16"
    assert layer.kernel.dtype == "float32"
    use_precision("float32")
    assert keras.layers.Dense(2)(np.ones((1, 3), np.float32)).dtype == "float32"


def test_float16_is_for_gpus():
    with pytest.raises(ConfigError, match=r"is for GPUs.*precision=bfloat16.*Received: .*float16 on .*CPU:0"):
        require_precision("float16", single())
    for precision in ("float32", "bfloat16"):
        require_precision(precision, single())


@pytest.mark.parametrize("precision", POLICIES)
def test_only_float16_needs_a_loss_scale(precision):
    optimizer = with_loss_scale(keras.optimizers.SGD(0.1), precision)
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer) == (precision == "float16")
