"""Answers over their image: files that hold what was found, and what cannot be drawn."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.image import imread

from tfd2l.cli.answer_picture import save_picture
from tfd2l.errors import ConfigError

IMAGE = np.full((40, 60, 3), 255, np.uint8)


def colored(file):
    """How many pixels of a file are not grey."""
    return int((np.ptp(imread(file)[..., :3], axis=-1) > 0.1).sum())


def test_boxes_that_are_likely_are_drawn(tmp_path):
    answer = {"boxes": [[0.1, 0.1, 0.5, 0.9], [0, 0, 1, 1]], "labels": ["disc", ""], "scores": [0.9, 0.0]}
    save_picture(tmp_path / "sure.png", IMAGE, answer, ["star", "disc"])
    save_picture(tmp_path / "unsure.png", IMAGE, {**answer, "scores": [0.4, 0.0]}, ["star", "disc"])
    assert colored(tmp_path / "sure.png") > 1000
    assert colored(tmp_path / "unsure.png") == 0


def test_a_mask_of_another_size_covers_the_image(tmp_path):
    for share, mask in ((1.0, [[1, 1], [1, 1]]), (0.5, [[0, 1], [0, 1]])):
        file = tmp_path / f"{share}.png"
        save_picture(file, IMAGE, {"mask": mask}, ["background", "disc"])
        assert colored(file) / imread(file)[..., 0].size == pytest.approx(share, abs=0.2)


def test_what_cannot_be_drawn_or_written_is_told(tmp_path):
    with pytest.raises(
        ConfigError, match=r"draws boxes or a mask; this model answers with label\. Received: --picture x"
    ):
        save_picture("x.png", IMAGE, {"label": "disc"}, ["disc"])
    with pytest.raises(ConfigError, match=r"x\.nope: cannot be written: .*Received: --picture"):
        save_picture(tmp_path / "x.nope", IMAGE, {"mask": [[0]]}, ["disc"])
