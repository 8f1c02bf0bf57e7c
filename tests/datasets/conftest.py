"""What tests of datasets use: examples as plain values."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def rows():
    """A function: a dataset of pairs -> [(premise, hypothesis, label), ...]."""

    def read(split):
        chunks = list(split.batch(1024).as_numpy_iterator())
        texts = ([text.decode() for chunk in chunks for text in chunk[key]] for key in ("premise", "hypothesis"))
        labels = [int(label) for chunk in chunks for label in chunk["label"]]
        return list(zip(*texts, labels, strict=True))

    return read
