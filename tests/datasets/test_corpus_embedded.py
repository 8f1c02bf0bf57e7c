"""The embedded corpus: true of its world, inflected, coherent, the same again; and its suites name words it has."""

from __future__ import annotations

import random
import re
from collections import Counter

import numpy as np
import pytest

from tfd2l.data.generators.corpus.paragraphs import (
    write_country_paragraph,
    write_couple_paragraph,
    write_topic_paragraph,
)
from tfd2l.data.generators.corpus.scenes import write_scene_paragraph
from tfd2l.data.generators.corpus.suites import make_analogy_questions, make_similarity_pairs
from tfd2l.data.generators.corpus.words import (
    AMBIGUOUS,
    COUNTRIES,
    TOPICS,
    inflect_past,
    inflect_progressive,
    inflect_third_person,
    pluralize,
)
from tfd2l.datasets.corpus_embedded import corpus_embedded, generate_paragraphs
from tfd2l.errors import DataError

OUTDOORS, INDOORS = (
    {"park", "beach", "garden", "outdoors", "outside"},
    {"kitchen", "bedroom", "library", "indoors", "inside"},
)
MOVING, STILL = {"running", "walking", "moving", "move"}, {"sleeping", "asleep", "sitting", "resting"}


@pytest.fixture(scope="module")
def corpus():
    splits, info = corpus_embedded()
    texts = {
        name: [text.decode() for text in ds.map(lambda e: e["text"]).as_numpy_iterator()] for name, ds in splits.items()
    }
    return texts, info


def test_it_has_the_size_and_the_shape_of_a_corpus(corpus):
    texts, info = corpus
    assert info.inputs == ("text",)
    assert info.sizes == {"train": 7200, "validation": 900, "test": 900}
    assert {name: len(lines) for name, lines in texts.items()} == info.sizes
    words = sum(len(text.split()) for lines in texts.values() for text in lines)
    assert 300_000 < words < 500_000
    everything = [text for lines in texts.values() for text in lines]
    assert len(set(everything)) == len(everything)  # no split shares a paragraph with another
    assert all(text.endswith(" .") and len(text[:-2].split(" . ")) >= 3 for text in everything)
    assert all(re.fullmatch(r"[a-z]+|[.,]", word) for text in everything for word in text.split())


def test_the_same_seed_gives_the_same_text_and_another_another():
    assert generate_paragraphs(50, 3) == generate_paragraphs(50, 3)
    assert generate_paragraphs(50, 3) != generate_paragraphs(50, 4)
    assert generate_paragraphs(80, 3)[:50] == generate_paragraphs(50, 3)


def test_a_scene_never_contradicts_itself():
    rng = random.Random(0)
    for _ in range(500):
        asserted = [s for s in write_scene_paragraph(rng) if not re.search(r"\b(no|not|nobody)\b", s)]
        words = set(" ".join(asserted).split())
        assert not (words & OUTDOORS and words & INDOORS)
        assert not (words & MOVING and words & STILL)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("bake", ("bakes", "baked", "baking")),
        ("study", ("studies", "studied", "studying")),
        ("stir", ("stirs", "stirred", "stirring")),
        ("watch", ("watches", "watched", "watching")),
        ("map", ("maps", "mapped", "mapping")),
        ("lift", ("lifts", "lifted", "lifting")),
        ("borrow", ("borrows", "borrowed", "borrowing")),
    ],
)
def test_verbs_are_inflected(verb, forms):
    assert (inflect_third_person(verb), inflect_past(verb), inflect_progressive(verb)) == forms


@pytest.mark.parametrize(
    ("noun", "many"), [("dog", "dogs"), ("match", "matches"), ("fox", "foxes"), ("jury", "juries")]
)
def test_nouns_are_inflected(noun, many):
    assert pluralize(noun) == many


def test_subjects_agree_with_their_verbs():
    rng = random.Random(1)
    many = {pluralize(noun) for topic in TOPICS.values() for noun in topic.nouns}
    singular = {noun for topic in TOPICS.values() for noun in topic.nouns}
    checked = Counter()
    for _ in range(300):
        for sentence in write_topic_paragraph(rng):
            words = sentence.split()
            for be in {"is", "are", "was", "were"} & set(words):
                before = [word for word in words[: words.index(be)] if word in many | singular]
                if before:
                    assert (before[-1] in many) == (be in ("are", "were")), sentence
                    checked[be] += 1
    assert min(checked.values()) > 50


def test_a_paragraph_keeps_to_one_topic_country_or_couple():
    rng = random.Random(2)
    nouns = {name: {*topic.nouns, *map(pluralize, topic.nouns)} for name, topic in TOPICS.items()}
    for _ in range(200):
        words = set(" ".join(write_topic_paragraph(rng)).split())
        assert any(words & (set().union(*nouns.values())) <= own for own in nouns.values())
        assert len(set(" ".join(write_country_paragraph(rng)).split()) & set(COUNTRIES)) <= 1
        people = set(" ".join(write_couple_paragraph(rng)).split())
        assert (
            len({frozenset(pronouns) for pronouns in ({"he", "him", "his"}, {"she", "her"}) if people & pronouns}) == 1
        )


def test_ambiguous_words_have_two_topics_each():
    topics = {word: [name for name, topic in TOPICS.items() if word in topic.nouns] for word in AMBIGUOUS}
    assert {len(some) for some in topics.values()} == {2}
    elsewhere = Counter(noun for topic in TOPICS.values() for noun in topic.nouns)
    assert {noun for noun, count in elsewhere.items() if count > 1} == set(AMBIGUOUS)


def test_the_words_of_the_suites_are_frequent_enough_to_be_learned(corpus):
    texts, _ = corpus
    count = Counter(word for text in texts["train"] for word in text.split())
    pairs, questions = make_similarity_pairs(), make_analogy_questions()
    asked = {word for a, b, _ in pairs for word in (a, b)} | {w for some in questions.values() for q in some for w in q}
    assert [word for word in asked if count[word] < 10] == []
    assert not asked & set(AMBIGUOUS)


def test_the_scores_of_the_suite_are_those_of_counting_neighbours(corpus):
    """An independent reference: words are alike if they have the same neighbours (cosines of PPMI rows)."""
    from scipy.stats import spearmanr

    texts, _ = corpus
    lines = [text.split() for text in texts["train"]]
    vocabulary = {word: i for i, (word, _) in enumerate(Counter(w for line in lines for w in line).most_common())}
    together = np.zeros((len(vocabulary), len(vocabulary)))
    for line in lines:
        ids = np.array([vocabulary[word] for word in line])
        for offset in (1, 2, 3, 4):
            np.add.at(together, (ids[:-offset], ids[offset:]), 1)
    together += together.T
    chance = together.sum(1, keepdims=True) * together.sum(0) / together.sum()
    ppmi = np.log(np.maximum(together / chance, 1))
    ppmi /= np.linalg.norm(ppmi, axis=1, keepdims=True)
    pairs = make_similarity_pairs()
    cosines = [ppmi[vocabulary[a]] @ ppmi[vocabulary[b]] for a, b, _ in pairs]
    assert spearmanr(cosines, [score for *_, score in pairs]).statistic > 0.75


def test_analogies_pair_what_stands_alike():
    questions = make_analogy_questions()
    assert ("france", "paris", "japan", "tokyo") in questions["capital"]
    assert ("king", "queen", "actor", "actress") in questions["family"]
    assert all(pluralize(c) == d for _, _, c, d in questions["plural"])
    assert all(len(set(q)) == 4 for some in questions.values() for q in some)
    assert {name: len(some) for name, some in questions.items()} == {
        **{"capital": 182, "language": 182, "family": 132},
        **{"plural": 112, "past": 112, "progressive": 112},
    }


def test_too_few_paragraphs_are_refused():
    with pytest.raises(DataError, match=r"at least 10\. Received: dataset\.num_paragraphs=9"):
        corpus_embedded(num_paragraphs=9)
