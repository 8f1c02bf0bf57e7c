"""Errors about missing facts name the stages and datasets that provide them."""

from __future__ import annotations

import dataclasses

import pytest

from tfd2l import registry
from tfd2l.data.facts.providers import find_providers, provides
from tfd2l.data.facts.standardization import Standardization, add_statistics
from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.base.stage import Stage


@dataclasses.dataclass(frozen=True)
class Tempo:
    """Beats per minute of a recording."""

    beats: int


def test_there_is_one_fact_of_a_class():
    info = NO_DATA.with_fact(Vocabulary(("a",))).with_fact(TargetVocabulary(("b",))).with_fact(Vocabulary(("c", "d")))
    assert info.fact(Vocabulary).tokens == ("c", "d")
    assert info.fact(TargetVocabulary).tokens == ("b",)
    assert len(info.facts) == 2
    assert NO_DATA.facts == ()
    assert NO_DATA.find_fact(Vocabulary) is None


def test_statistics_of_several_stages_are_one_fact():
    info = add_statistics(add_statistics(NO_DATA, {"x": (0, 1)}), {"y": (2, 3)})
    assert info.fact(Standardization).statistics == {"x": (0, 1), "y": (2, 3)}


def test_the_providers_are_found():
    assert find_providers(Vocabulary, "stage") == ["bpe", "word_ids", "wordpiece", "words"]
    assert find_providers(Vocabulary, "dataset") == ["word_vectors", "word_vectors_embedded"]
    assert find_providers(StyleImages, "dataset") == ["content_and_style"]


def test_a_missing_fact_names_those_that_provide_it():
    info = dataclasses.replace(NO_DATA, source="a file", stages=("Batch(4)",))
    with pytest.raises(
        ConfigError,
        match=r"The data have no Vocabulary \(the tokens that ids stand for\).*stages, ahead of.*: bpe, word_ids, "
        r"wordpiece, words; or choose.*datasets: word_vectors, .*\. Received: data a file after .*: Batch\(4\)$",
    ):
        info.fact(Vocabulary)


def test_a_plugin_adds_facts_of_its_own():
    with pytest.raises(ConfigError, match=r"no Tempo \(beats per minute.*no installed stage or dataset"):
        NO_DATA.fact(Tempo)

    @registry.register("stage", "tempo")
    class MeasureTempo(Stage):
        provides = (Tempo,)

    @registry.register("dataset", "songs")
    @provides(Tempo)
    def songs():
        return {}, NO_DATA.with_fact(Tempo(120))

    try:
        with pytest.raises(ConfigError, match=r"that need it: tempo; or choose one of these datasets: songs"):
            NO_DATA.fact(Tempo)
        assert songs()[1].fact(Tempo).beats == 120
    finally:
        registry.unregister("stage", "tempo")
        registry.unregister("dataset", "songs")
