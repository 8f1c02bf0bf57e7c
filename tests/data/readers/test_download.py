"""Downloads from a real server: once, verified; and what a user is told when there is none."""

from __future__ import annotations

import hashlib

import pytest

from tfd2l.data.readers.download import fetch, load_tfds_splits, require_network
from tfd2l.errors import DataError

CONTENT = b"premise\thypothesis\tlabel\n" * 1000
SHA1 = hashlib.sha1(CONTENT).hexdigest()
WAYS_OUT = r"`dataset\.path=FOLDER_OR_ARCHIVE` for a copy you have, or the generated data.*\*_embedded\)\. Received: "


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept(cache):
    return sorted(str(file.relative_to(cache)) for file in cache.rglob("*") if file.is_file())


def test_a_file_is_downloaded_once(server, cache):
    url, folder, requests = server
    (folder / "data.tsv").write_bytes(CONTENT)
    file = fetch(f"{url}/data.tsv", SHA1, dataset="some")
    assert file == cache / "some" / "data.tsv"
    assert file.read_bytes() == CONTENT
    assert kept(cache) == ["some/data.tsv"]
    assert requests.count("GET") == 1
    requests.clear()
    assert fetch(f"{url}/data.tsv", SHA1, dataset="some") == file
    assert requests == []


def test_a_file_of_another_checksum_is_not_kept(server, cache):
    url, folder, _ = server
    (folder / "data.tsv").write_bytes(CONTENT + b"more")
    with pytest.raises(
        DataError, match=rf"{url}/data\.tsv gave a file of another SHA-1, which was not kept.*{WAYS_OUT}"
    ):
        fetch(f"{url}/data.tsv", SHA1, dataset="some")
    assert kept(cache) == []


def test_a_damaged_file_in_the_cache_is_fetched_again(server, cache):
    url, folder, _ = server
    (folder / "data.tsv").write_bytes(CONTENT)
    (cache / "some").mkdir(parents=True)
    (cache / "some" / "data.tsv").write_bytes(CONTENT[:-1])
    assert fetch(f"{url}/data.tsv", SHA1, dataset="some").read_bytes() == CONTENT


def test_a_file_that_the_server_does_not_have_is_not_called_a_missing_network(server, cache):
    url, _, _ = server
    with pytest.raises(DataError, match=r"gone\.tsv answered 404 File not found\. ") as error:
        fetch(f"{url}/gone.tsv", SHA1, dataset="some")
    assert "could not be reached" not in str(error.value)
    assert kept(cache) == []


def test_a_cache_that_cannot_be_written_is_not_called_a_missing_network(server, cache):
    url, folder, _ = server
    (folder / "data.tsv").write_bytes(CONTENT)
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"could not be fetched \((NotADirectory|FileExists)Error") as error:
        fetch(f"{url}/data.tsv", SHA1, dataset="some")
    assert "could not be reached" not in str(error.value)


def test_no_network_and_no_copy_is_one_error_with_both_ways_out(no_network, cache):
    with pytest.raises(DataError, match=rf"dataset=some is not on this machine.*could not be reached.*{WAYS_OUT}"):
        fetch("https://example.org/data.tsv", SHA1, dataset="some")
    assert not cache.exists()
    with pytest.raises(DataError, match=r"http://127\.0\.0\.1:9/ could not be reached"):
        require_network("http://127.0.0.1:9/", "some")


def test_tfds_without_network_and_copy_is_one_error_with_both_ways_out(no_network, tfds_folder):
    with pytest.raises(DataError, match=rf"dataset=snli is not.*snli_1\.0\.zip could not be reached.*{WAYS_OUT}"):
        load_tfds_splits("snli", inputs=("premise", "hypothesis"))
