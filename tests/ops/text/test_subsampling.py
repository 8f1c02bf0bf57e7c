"""Keep probabilities of subsampling by hand."""

from __future__ import annotations

import numpy as np

from tfd2l.ops.text.subsampling import compute_keep_probability


def test_keep_probability_by_hand():
    np.testing.assert_allclose(compute_keep_probability([900, 99, 0, 1], 0.09), [np.sqrt(0.1), np.sqrt(10 / 11), 0, 1])
    assert compute_keep_probability([0, 0]).tolist() == [0, 0]
