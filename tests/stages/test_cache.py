"""Cache: computed once, and never taken for the result of other data or other stages."""

from __future__ import annotations

import dataclasses

import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.apply import apply
from tfd2l.stages.cache import Cache

INFO = DataInfo(
    inputs=("text",), example_spec={}, sizes={}, source="a test", fingerprint="0123", stages=("CleanText(['text'])",)
)


class Source:
    """A dataset of texts and vectors of several lengths that counts how often it is computed."""

    def __init__(self, mark="", breaks_at=None):
        self.passes = 0
        self.mark = mark
        self.breaks_at = breaks_at

    def dataset(self):
        def values():
            self.passes += 1
            for number in range(5):
                if number == self.breaks_at:
                    raise RuntimeError("interrupted")
                yield {"text": f"{number}{self.mark}", "ids": list(range(number))}

        spec = {"text": tf.TensorSpec([], tf.string), "ids": tf.TensorSpec([None], tf.int32)}
        return tf.data.Dataset.from_generator(values, output_signature=spec)

    def expected(self):
        return [(f"{number}{self.mark}", list(range(number))) for number in range(5)]


def read(ds):
    return [(one["text"].decode(), one["ids"].tolist()) for one in ds.as_numpy_iterator()]


def cached(source, folder, info=INFO, split="train"):
    """What a run of its own gets."""
    cache = Cache(folder=str(folder))
    cache.bind(info)
    return apply([cache], source.dataset(), split=split, seed=0)


def test_in_memory_it_is_computed_once():
    source = Source()
    ds = apply([Cache()], source.dataset(), split="train", seed=0)
    for _ in range(3):
        assert read(ds) == source.expected()
    assert source.passes == 1


def test_in_a_folder_it_is_computed_once_for_all_runs(tmp_path):
    source = Source()
    first = cached(source, tmp_path / "new" / "folder")
    assert first.element_spec == source.dataset().element_spec
    for _ in range(2):
        assert read(first) == source.expected()
    assert read(cached(source, tmp_path / "new" / "folder")) == source.expected()
    assert source.passes == 1


@pytest.mark.parametrize(
    "other",
    [
        {"fingerprint": "4567"},
        {"stages": ("CleanText(['text'], lower=False)",)},
        {"stages": ()},
        {"facts": (Vocabulary(("[PAD]",)),)},
    ],
)
def test_other_data_or_stages_are_computed_anew(tmp_path, other):
    assert read(cached(Source(), tmp_path)) == Source().expected()
    changed = Source(mark="!")
    assert read(cached(changed, tmp_path, dataclasses.replace(INFO, **other))) == changed.expected()
    assert read(cached(Source(), tmp_path)) == Source().expected()


def test_each_split_has_its_own(tmp_path):
    sources = {split: Source(mark=split) for split in ("train", "validation", "test")}
    for _ in range(2):
        for split, source in reversed(sources.items()):
            assert read(cached(source, tmp_path, split=split)) == source.expected()
    assert [source.passes for source in sources.values()] == [1, 1, 1]


def test_an_interrupted_run_leaves_nothing_that_a_later_one_takes(tmp_path):
    with pytest.raises(Exception, match="interrupted"):
        read(cached(Source(breaks_at=3), tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert read(cached(Source(), tmp_path)) == Source().expected()


def test_a_folder_without_a_description_of_the_data_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"call bind\(info\) first\. Received: Cache\(folder="):
        apply([Cache(folder=str(tmp_path))], Source().dataset(), split="train", seed=0)


def test_the_home_folder_is_understood(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    read(cached(Source(), "~/kept"))
    assert len(list((tmp_path / "kept").iterdir())) == 1
