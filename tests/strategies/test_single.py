"""One device."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.single import single


@pytest.mark.parametrize("device", [None, "CPU:0", "cpu:0"])
def test_runs_on_one_device(device):
    strategy = single(device)
    with strategy.scope():
        variable = keras.Variable(2.0)
    assert strategy.num_replicas == 1
    assert float(strategy.distribution.run(tf.function(lambda: variable * 3.0))) == 6.0


def test_names_the_devices_that_there_are():
    with pytest.raises(ConfigError, match=r"CPU:7.*Did you mean 'CPU:0'|Did you mean 'CPU:0'.*CPU:7"):
        single("CPU:7")
