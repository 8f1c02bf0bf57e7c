"""Checks for authors of components: does it work wherever tfd2l may use it?

    from tfd2l.testing import check_optimizer

    def test_my_optimizer():
        check_optimizer(MyOptimizer, learning_rate=0.1)

Each check raises an AssertionError that names the property which does not hold, where, and by how much; it returns the
names of the properties that it checked. None of them needs pytest. Call `use_two_devices()` at the top of
tests/conftest.py: then `check_optimizer` can try MirroredStrategy on any computer.
"""

from __future__ import annotations

from tfd2l.quiet import quiet

with quiet():  # TensorFlow's notices
    from tfd2l.testing.datasets import check_dataset
    from tfd2l.testing.devices import use_two_devices
    from tfd2l.testing.layers import check_layer
    from tfd2l.testing.losses import check_loss
    from tfd2l.testing.metrics import check_metric
    from tfd2l.testing.models import check_model
    from tfd2l.testing.optimizers import check_optimizer
    from tfd2l.testing.runs import run_tiny
    from tfd2l.testing.schedules import check_schedule
    from tfd2l.testing.stages import check_stage

__all__ = [
    "check_dataset",
    "check_layer",
    "check_loss",
    "check_metric",
    "check_model",
    "check_optimizer",
    "check_schedule",
    "check_stage",
    "run_tiny",
    "use_two_devices",
]
