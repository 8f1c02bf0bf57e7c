"""The report of style transfer: images at their steps, losses, the image as a file."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError
from tfd2l.models.style_transfer import style_transfer
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.style_images import style_images


@pytest.fixture
def painted():
    rng = np.random.default_rng(0)
    pictures = {name: rng.integers(0, 256, (32, 40, 3)).astype(np.uint8) for name in ("content", "style")}
    data = NO_DATA.with_fact(StyleImages(**pictures))
    model = style_transfer(data, 5, ["block1_conv1"], ["block1_conv1"], keep_every=2)
    for _ in range(5):
        model(np.zeros((1, 1)), training=True)
        model.image.assign_add(np.full((32, 40, 3), 0.1))
    return model, data


def test_images_losses_and_the_file(kept, painted):
    model, data = painted
    numbers = style_images(FinishedRun(kept, model=model, data=data))
    titles = [axes.get_title() for axes in kept.figures["figures/style_images.png"].axes]
    assert [title for title in titles if title] == [
        "content", "style", "after 2 steps", "after 4 steps", "after 5 steps",
    ]  # fmt: skip
    lines = kept.figures["figures/style_losses.png"].axes[0].lines
    assert [line.get_label() for line in lines] == ["content", "style", "total variation", "sum"]
    np.testing.assert_allclose(lines[1].get_ydata(), np.asarray(model.losses_of_steps)[:, 1])
    table = kept.tables["tables/style_losses.json"]
    assert table["step"] == [0, 2, 4]
    assert table["style"] == pytest.approx([float(model.losses_of_steps[step, 1]) for step in table["step"]])
    assert numbers["style/style"] == pytest.approx(float(model.losses_of_steps[4, 1]))
    assert set(numbers) == {f"style/{name}" for name in ("content", "style", "total_variation")}
    (content,) = kept.files.values()
    np.testing.assert_array_equal(tf.io.decode_png(content), model.to_bytes())


def test_few_of_many_images_are_drawn(kept, painted):
    model, data = painted
    style_images(FinishedRun(kept, model=model, data=data), most=2)
    titles = [axes.get_title() for axes in kept.figures["figures/style_images.png"].axes]
    assert [title for title in titles if title] == ["content", "style", "after 2 steps", "after 5 steps"]


def test_another_model_is_told(kept):
    with pytest.raises(ComponentError, match=r"have it: style_transfer\. .*Received: model Sequential"):
        style_images(FinishedRun(kept, model=keras.Sequential(), data=NO_DATA))
    with pytest.raises(ComponentError, match=r"one image or more\. Received: most=0"):
        style_images(FinishedRun(kept, model=keras.Sequential(), data=NO_DATA), most=0)
