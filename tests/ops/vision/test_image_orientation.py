"""EXIF orientation: the same as Pillow's, of pixels and of boxes."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from tfd2l.files.image_orientation import TAG, read_orientation
from tfd2l.ops.vision.image_orientation import compute_displayed_size, orient_corners, orient_image

HEIGHT, WIDTH = 5, 7


def with_orientation(pixels, orientation, form):
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    exif[TAG] = orientation
    file = io.BytesIO()
    image.save(file, form, exif=exif, **({"lossless": True} if form == "WEBP" else {}))
    return file.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_agrees_with_pillow(tmp_path, orientation):
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    for form in ("PNG", "JPEG", "WEBP"):
        (tmp_path / form).write_bytes(with_orientation(pixels, orientation, form))
        assert read_orientation(tmp_path / form) == orientation
    expected = np.asarray(ImageOps.exif_transpose(Image.open(tmp_path / "PNG")))
    turned = tf.function(orient_image)(tf.constant(pixels), tf.constant(orientation))
    np.testing.assert_array_equal(turned, expected)
    np.testing.assert_array_equal(orient_image(tf.constant(pixels[..., 0]), tf.constant(orientation)), expected[..., 0])
    assert compute_displayed_size(HEIGHT, WIDTH, orientation) == expected.shape[:2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_oriented_boxes_contain_the_same_pixels(orientation):
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[1:3, 2:6] = 1
    corners = np.array([[2 / WIDTH, 1 / HEIGHT, 6 / WIDTH, 3 / HEIGHT]])
    turned = orient_image(tf.constant(pixels), tf.constant(orientation)).numpy()
    x_min, y_min, x_max, y_max = orient_corners(corners, orientation)[0] * np.tile(turned.shape[::-1], 2)
    rows, columns = np.nonzero(turned)
    np.testing.assert_allclose(
        [x_min, y_min, x_max, y_max], [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    )


@pytest.mark.parametrize("content", [b"", b"Exif but no image", b"\xff\xd8Exif\0\0"])
def test_file_without_orientation_is_upright(tmp_path, content):
    (tmp_path / "a.jpg").write_bytes(content)
    assert read_orientation(tmp_path / "a.jpg") == 1
    assert read_orientation(tmp_path / "none.jpg") == 1
