"""A download whose connection breaks: what came is kept, and not asked for again."""

from __future__ import annotations

import hashlib

import pytest

from tfd2l.data.readers.download import fetch
from tfd2l.data.readers.resumable_download import CHUNK_BYTES
from tfd2l.errors import DataError

CONTENT = bytes(range(256)) * 400
SHA1 = hashlib.sha1(CONTENT).hexdigest()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_broken_download_goes_on_where_it_stopped(breaking_server, cache):
    url, asked = breaking_server(CONTENT, at_most=40_000)
    for came in (2 * CHUNK_BYTES, 4 * CHUNK_BYTES):  # of the last chunk nothing is kept
        with pytest.raises(DataError, match=rf"data\.bin broke off after {came} bytes; the same command goes on"):
            fetch(f"{url}/data.bin", SHA1, dataset="some")
    assert fetch(f"{url}/data.bin", SHA1, dataset="some").read_bytes() == CONTENT
    assert asked == [None, f"bytes={2 * CHUNK_BYTES}-", f"bytes={4 * CHUNK_BYTES}-"]
    assert [file.name for file in (cache / "some").iterdir()] == ["data.bin"]


def test_a_server_that_knows_no_ranges_starts_anew(breaking_server, cache):
    (cache / "some").mkdir(parents=True)
    (cache / "some" / "data.bin.part").write_bytes(b"of an earlier time")
    url, asked = breaking_server(CONTENT, at_most=len(CONTENT), ranges=False)
    assert fetch(f"{url}/data.bin", SHA1, dataset="some").read_bytes() == CONTENT
    assert asked == ["bytes=18-"]


def test_a_part_that_is_whole_is_not_downloaded_again(breaking_server, cache):
    (cache / "some").mkdir(parents=True)
    (cache / "some" / "data.bin.part").write_bytes(CONTENT)
    url, asked = breaking_server(CONTENT, at_most=0)
    assert fetch(f"{url}/data.bin", SHA1, dataset="some").read_bytes() == CONTENT
    assert asked == [f"bytes={len(CONTENT)}-"]


def test_a_part_of_another_file_is_found_out_and_dropped(breaking_server, cache):
    (cache / "some").mkdir(parents=True)
    (cache / "some" / "data.bin.part").write_bytes(b"x" * 100)
    url, asked = breaking_server(CONTENT, at_most=len(CONTENT))
    with pytest.raises(DataError, match="gave a file of another SHA-1, which was not kept"):
        fetch(f"{url}/data.bin", SHA1, dataset="some")
    assert fetch(f"{url}/data.bin", SHA1, dataset="some").read_bytes() == CONTENT
    assert asked == ["bytes=100-", None]
