"""Two pictures: drawn ones, and files of any size; what is no picture is told."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.style_images import StyleImages
from tfd2l.datasets.content_and_style import content_and_style
from tfd2l.errors import DataError


def test_two_pictures_are_drawn_always_the_same():
    splits, info = content_and_style(image_size=(60, 90))
    assert info.source == "embedded"
    assert [(name, picture.shape, picture.dtype) for name, picture in vars(info.fact(StyleImages)).items()] == [
        (name, (60, 90, 3), np.uint8) for name in ("content", "style")
    ]
    assert [int(example["step"]) for example in splits["train"]] == [0]
    assert info.fingerprint == content_and_style(image_size=(60, 90))[1].fingerprint
    assert info.fingerprint != content_and_style(image_size=(60, 91))[1].fingerprint
    assert all(picture.std() > 30 for picture in vars(info.fact(StyleImages)).values())


def test_files_are_scaled(tmp_path):
    gradient = np.broadcast_to(np.linspace(0, 255, 128)[None, :, None], (96, 128, 3)).astype(np.uint8)
    (tmp_path / "c.png").write_bytes(tf.io.encode_png(gradient).numpy())
    (tmp_path / "s.jpg").write_bytes(tf.io.encode_jpeg(gradient[..., :1]).numpy())  # grey becomes colours
    _, info = content_and_style(tmp_path / "c.png", tmp_path / "s.jpg", [48, 64])
    assert info.source == "files: c.png, s.jpg"
    for picture in vars(info.fact(StyleImages)).values():
        assert picture.shape == (48, 64, 3)
        assert np.abs(picture - gradient[::2, ::2].astype(int)).max() < 6


def test_mistakes_are_told(tmp_path):
    (tmp_path / "c.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"c\.png: cannot be read as an image .*Received: 10 bytes"):
        content_and_style(tmp_path / "c.png", tmp_path / "c.png")
    with pytest.raises(DataError, match=r"none\.png: cannot be read: No such file.*Received"):
        content_and_style(tmp_path / "none.png", tmp_path / "c.png")
    with pytest.raises(DataError, match=r"missing: `dataset\.style=FILE`\. Received: content="):
        content_and_style(tmp_path / "c.png")
    with pytest.raises(DataError, match=r"at least 32\. Received: dataset\.image_size=\[300\]"):
        content_and_style(image_size=[300])
