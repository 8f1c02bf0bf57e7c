"""Random numbers of a stage are named by its label in the configuration, and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.pipelines.experiment.prepare import build_stages
from tfd2l.stages.base.apply import apply
from tfd2l.stages.flip import Flip

JITTER = {"name": "color_jitter", "brightness": 0.5, "contrast": 0.25}
IMAGES = np.random.default_rng(0).uniform(size=(16, 6, 8, 3)).astype(np.float32)


def draw(configs, seed=7):
    """All images after some stages."""
    ds = tf.data.Dataset.from_tensor_slices({"image": IMAGES})
    stages = build_stages(configs)
    return np.stack([one["image"] for one in apply(stages, ds, split="train", seed=seed).as_numpy_iterator()])


def test_labels_are_those_of_the_configuration():
    stages = build_stages({"mirror": {"name": "flip"}, "colors": None, "sides": {"name": "resize", "shorter_side": 4}})
    assert [(stage.label, repr(stage)) for stage in stages] == [
        ("mirror", "Flip()"),
        ("sides", "Resize(shorter_side=4)"),
    ]
    assert Flip().label == ""


@pytest.mark.parametrize(
    "same",
    [
        {"contrast": 0.25, "brightness": 0.5, "name": "color_jitter"},
        {**JITTER, "saturation": 0.0},
        {"hue": 0.0, **JITTER},
    ],
    ids=["other order", "a default spelled out", "both"],
)
def test_order_of_options_and_defaults_spelled_out_change_no_draw(same):
    np.testing.assert_array_equal(draw({"colors": same}), draw({"colors": JITTER}))


def test_other_stages_change_no_draw():
    """Flips of both sides commute with changes of colour, whose numbers do not depend on what stands before."""
    flip = {"name": "flip", "horizontal": 1.0}
    np.testing.assert_allclose(
        draw({"colors": JITTER, "mirror": flip}), draw({"mirror": flip, "colors": JITTER}), atol=1e-6
    )
    np.testing.assert_allclose(
        draw({"mirror": flip, "colors": JITTER})[:, :, ::-1], draw({"colors": JITTER}), atol=1e-6
    )


def test_labels_epochs_and_runs_draw_other_numbers():
    drawn = draw({"colors": JITTER})
    for other in (draw({"tones": JITTER}), draw({"colors": JITTER}, seed=8)):
        assert np.any(other != drawn)
    twice = draw({"left": {"name": "flip", "horizontal": 0.5}, "right": {"name": "flip", "horizontal": 0.5}})
    unchanged = sum(np.array_equal(a, b) for a, b in zip(twice, IMAGES, strict=True))
    assert 0 < unchanged < len(IMAGES)  # of one stream, the second would undo the first
