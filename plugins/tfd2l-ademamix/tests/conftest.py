"""Lets TensorFlow see two processors in every test, as `check_optimizer` needs them."""

from __future__ import annotations

from tfd2l.testing import use_two_devices

use_two_devices()
