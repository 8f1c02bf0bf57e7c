"""Images from files, as a model takes them."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.cli.image_file import read_image
from tfd2l.errors import DataError

GREY = np.random.default_rng(0).integers(0, 256, (5, 4, 1), np.uint8)
COLOURS = np.random.default_rng(1).integers(0, 256, (5, 4, 3), np.uint8)


@pytest.fixture
def png(tmp_path):
    """A function: an image -> a PNG file of it."""

    def write(image):
        file = tmp_path / "a.png"
        file.write_bytes(tf.io.encode_png(image).numpy())
        return file

    return write


@pytest.mark.parametrize("image", [GREY, COLOURS], ids=["grey", "colours"])
@pytest.mark.parametrize("size", [(5, 4), (None, None)])
def test_pixels_are_those_of_the_file(png, image, size):
    assert read_image(png(image), (*size, image.shape[-1])).tolist() == image.tolist()


def test_colours_become_grey_and_grey_becomes_colours(png):
    grey = np.array(read_image(png(COLOURS), (5, 4, 1)))
    brightness = COLOURS @ [0.299, 0.587, 0.114]
    assert np.abs(grey[..., 0] - brightness).max() < 25  # PNG's own weights differ a little
    assert read_image(png(GREY), (5, 4, 3)).tolist() == np.repeat(GREY, 3, axis=-1).tolist()


def test_jpeg_too(tmp_path):
    smooth = np.full((16, 16, 3), 200, np.uint8)
    (tmp_path / "a.jpg").write_bytes(tf.io.encode_jpeg(smooth).numpy())
    assert np.abs(np.array(read_image(tmp_path / "a.jpg", (16, 16, 3))) - 200.0).max() <= 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"cannot be read: No such file or directory\. Received: .*a\.png$"),
        (b"", r"cannot be read as an image in one grey channel.*Received: 0 bytes that start with nothing"),
        (
            b"hello, world",
            r"GIF, BMP, WebP or TIFF\. Received: 12 bytes that start with 68 65 6c 6c 6f 2c 20 77",
        ),
    ],
    ids=["missing", "empty", "text"],
)
def test_what_is_no_image_is_told(tmp_path, content, said):
    if content is not None:
        (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_image(tmp_path / "a.png", (28, 28, 1))


def test_another_size_is_told_not_stretched(png):
    with pytest.raises(DataError, match=r"a\.png: the model takes images of 28 x 29 pixels.*Received: 4 x 5 pixels"):
        read_image(png(GREY), (29, 28, 1))
