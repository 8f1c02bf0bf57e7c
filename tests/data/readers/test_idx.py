"""Idx files: what is written is read, and a broken file is told."""

from __future__ import annotations

import gzip
import struct
import zipfile

import numpy as np
import pytest

from tfd2l.data.readers.idx import read_idx
from tfd2l.errors import DataError


def idx(array, code=8):
    return bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


IMAGES = np.random.default_rng(0).integers(0, 256, (5, 3, 4), np.uint8)
WHOLE = idx(IMAGES)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize("name", ["a-idx3-ubyte", "a-idx3-ubyte.gz"])
def test_the_content_tells_whether_it_is_gzipped_not_the_name(tmp_path, pack, name):
    (tmp_path / name).write_bytes(pack(WHOLE))
    np.testing.assert_array_equal(read_idx(tmp_path / name, 3), IMAGES)


def test_labels_have_one_dimension(tmp_path):
    (tmp_path / "labels").write_bytes(idx(np.array([3, 255, 0], np.uint8)))
    assert read_idx(tmp_path / "labels", 1).tolist() == [3, 255, 0]


def test_a_file_in_an_archive_is_read_where_it_is(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        bundle.writestr("raw/images", WHOLE)
    np.testing.assert_array_equal(read_idx(zipfile.Path(tmp_path / "a.zip", "raw/images"), 3), IMAGES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not an idx file of bytes in 3 dimensions, which starts with 00 00 08 03 .*Received: an empty file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), r"Received: 89 50 4e 47 0d 0a 1a 0a 00 00 00 00 00 00 00 00$"),
        (idx(IMAGES, code=13), "not an idx file of bytes .*Received: 00 00 0d 03"),
        (idx(IMAGES[0, 0]), "in 3 dimensions.*Received: 00 00 08 01"),
        (WHOLE[:10], "not an idx file of bytes in 3 dimensions"),
        (WHOLE[:-1], r"the header says 5 x 3 x 4 = 60 bytes\. Fetch it again\. Received: 59 bytes after"),
        (WHOLE + b"\n", "Received: 61 bytes after the header"),
        (idx(IMAGES[:0]), r"the file holds no examples\. Received: 0 x 3 x 4"),
        (gzip.compress(WHOLE)[:-12], r"cannot be read: .*Fetch it again\. Received: "),
        (gzip.compress(WHOLE)[:12] + b"\xff\xff\xff\xff", "cannot be read: "),
    ],
    ids=["empty", "png", "floats", "labels", "cut in the header", "cut", "longer", "none", "cut gzip", "broken gzip"],
)
def test_a_broken_file_is_told_by_its_name(tmp_path, content, said):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(content)
    with pytest.raises(DataError, match=said) as error:
        read_idx(tmp_path / "train-images-idx3-ubyte", 3)
    assert str(error.value).startswith(f"{tmp_path / 'train-images-idx3-ubyte'}: ")
