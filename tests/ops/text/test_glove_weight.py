"""The weight of a count in GloVe by hand."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.text.glove_weight import compute_glove_weight


def test_glove_weights_of_counts():
    np.testing.assert_allclose(compute_glove_weight(tf.constant([0.0, 10, 100, 1e6])), [0, 0.1**0.75, 1, 1], rtol=1e-6)
