"""What was read of sources is kept while they are unchanged, and nothing that is wrong with the file disturbs."""

from __future__ import annotations

import json
import os

import pytest

from tfd2l.config import source_cache as module
from tfd2l.config.source_cache import SourceCache


@pytest.fixture
def source(tmp_path):
    """A file that something was read of."""
    file = tmp_path / "source.py"
    file.write_text("a = 1")
    return file


@pytest.fixture
def kept(tmp_path, source):
    """The file of a cache that holds one value."""
    file = tmp_path / "folder" / "cache.json"
    cache = SourceCache(file)
    cache.remember("key", [source], {"a": [1, None, "x"]})
    cache.save()
    return file


def test_a_value_is_kept_for_the_next_process(kept, source):
    assert SourceCache(kept).recall("key") == {"a": [1, None, "x"]}
    assert SourceCache(kept).recall("key", [source]) == {"a": [1, None, "x"]}
    assert SourceCache(kept).recall("other") is None
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]


@pytest.mark.parametrize("change", ["longer", "same size, later", "gone"])
def test_a_changed_source_is_read_again(kept, source, change):
    if change == "gone":
        source.unlink()
    elif change == "longer":
        source.write_text("a = 11")
    else:
        os.utime(source, ns=(0, source.stat().st_mtime_ns + 1))
    assert SourceCache(kept).recall("key") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"version": 0, "entries": {}}', "\x00"])
def test_a_broken_file_is_an_empty_cache_and_is_written_anew(kept, source, text):
    kept.write_text(text)
    cache = SourceCache(kept)
    assert cache.recall("key") is None
    cache.remember("key", [source], 7)
    cache.save()
    assert SourceCache(kept).recall("key") == 7


@pytest.mark.parametrize("entry", [None, 3, {}, {"stamp": "x"}, {"stamp": 1, "files": 3}])
def test_a_broken_entry_is_no_value(kept, entry):
    stored = json.loads(kept.read_text())
    stored["entries"]["key"] = entry
    kept.write_text(json.dumps(stored))
    assert SourceCache(kept).recall("key") is None


def test_what_json_cannot_hold_is_not_kept(tmp_path, source):
    cache = SourceCache(tmp_path / "cache.json")
    for value in ({1: 2}, (1, 2), {3}, object()):
        cache.remember("key", [source], value)
        assert cache.recall("key") is None


def test_a_cache_that_cannot_be_written_is_none(tmp_path, source):
    (tmp_path / "file").write_text("")
    for file in (None, tmp_path / "file" / "cache.json"):
        cache = SourceCache(file)
        cache.remember("key", [source], 7)
        cache.save()
        assert cache.recall("key") == 7


def test_what_was_read_of_files_that_are_gone_is_dropped(kept, source, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("")
    source.unlink()
    cache = SourceCache(kept)
    cache.remember("other", [other], 1)
    cache.save()
    assert list(json.loads(kept.read_text())["entries"]) == ["other"]


def test_the_cache_is_one_of_this_environment_in_the_users_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    file = module._cache_file()
    assert file.parent == tmp_path / "tfd2l"
    monkeypatch.setattr(module.sys, "prefix", "/another")
    assert module._cache_file() != file


def test_a_signature_of_a_changed_source_is_read_again(python, tmp_path):
    file = tmp_path / "here" / "x_changing.py"
    code = (
        "from tfd2l.config.signature import static_signature\n"
        "from tfd2l.registry import Entry\n"
        "signature = static_signature(Entry('loss', 'x', 'x', '1', 'x_changing:make'))\n"
        "print(signature.names, [p.value for p in signature.parameters], signature.docstring)"
    )
    answers = []
    for source in ("def make(a=1): 'One.'", "def make(a=1): 'One.'", "def make(b=(2, 3)): 'Two.'"):
        if not file.exists() or file.read_text() != source:
            file.write_text(source)
        answers.append(python("-c", code, path=file.parent, XDG_CACHE_HOME=str(tmp_path / "cache")).out.strip())
    assert answers == ["['a'] [1] One.", "['a'] [1] One.", "['b'] [[2, 3]] Two."]
