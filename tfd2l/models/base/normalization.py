"""Options of batch normalization that convolutional models share."""

from __future__ import annotations

# The book's, not Keras' (0.99, 1e-3): the moving statistics must follow within a short training.
NORMALIZATION = {"momentum": 0.9, "epsilon": 1e-5}
