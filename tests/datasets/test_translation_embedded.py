"""The embedded translations: right by hand, one French for each English, nothing said in two splits."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter

import pytest

from tfd2l.data.generators.translation.sentences import Phrase, Sentence, draw_sentence, list_skeletons
from tfd2l.data.generators.translation.words import ADJECTIVES, DETERMINERS, NOUNS, SENSES, VERBS
from tfd2l.datasets.translation_embedded import translation_embedded
from tfd2l.errors import DataError
from tfd2l.text.bleu import compute_corpus_bleu

NOUN = {(noun.english[0], noun.sense): noun for noun in NOUNS}
VERB = {verb.english[0]: verb for verb in VERBS}
ADJECTIVE = {adjective.english: adjective for adjective in ADJECTIVES}
DETERMINER = {english: place for place, (both, _) in enumerate(DETERMINERS) for english in both}


def phrase(determiner, adjective, noun, sense="being", plural=False):
    return Phrase(NOUN[noun, sense], plural, DETERMINER[determiner], ADJECTIVE.get(adjective))


@pytest.mark.parametrize(
    ("sentence", "english", "french"),
    [
        (
            Sentence(phrase("the", "old", "seal", plural=True), VERB["break"], phrase("a", "old", "seal", "thing")),
            "The old seals break an old seal.",
            "Les vieux phoques cassent un vieux sceau.",
        ),
        (
            Sentence(phrase("this", "white", "bat"), VERB["sleep"], None, "not"),
            "This white bat does not sleep.",
            "Cette chauve-souris blanche ne dort pas.",
        ),
        (Sentence("we", VERB["see"], "him", "never"), "We never see him.", "Nous ne le voyons jamais."),
        (Sentence("I", VERB["find"], "them", "often"), "I often find them.", "Je les trouve souvent."),
        (Sentence("she", VERB["comfort"], "her", "not"), "She does not comfort her.", "Elle ne la console pas."),
        (
            Sentence("he", VERB["clean"], phrase("two", "heavy", "pitcher", "thing", plural=True), "always"),
            "He always cleans two heavy pitchers.",
            "Il nettoie toujours deux cruches lourdes.",
        ),
        (
            Sentence(phrase("the", "", "mole", "thing"), VERB["vanish"], None),
            "The mole vanishes.",
            "Le môle disparaît.",
        ),
    ],
)
def test_sentences_by_hand(sentence, english, french):
    assert (sentence.english, sentence.french) == (english, french)


def test_no_elision_is_needed():
    """Words before which le, la, ne, je, ce, ma would lose their vowel begin with a consonant."""
    vowels = tuple("aeiouyhéèêâîô")
    first = [noun.french[0] for noun in NOUNS] + [form for verb in VERBS for form in verb.french]
    first += [form for adjective in ADJECTIVES if adjective.before for form in adjective.french]
    assert [word for word in first if word.startswith(vowels)] == []


@pytest.fixture(scope="module")
def splits():
    read, info = translation_embedded(6000, seed=3)
    assert (info.source, info.inputs) == ("embedded", ("source",))
    return {
        split: [(e["source"].decode(), e["target"].decode()) for e in ds.as_numpy_iterator()]
        for split, ds in read.items()
    }


def words(text):
    return re.findall(r"[\w-]+", text.lower())


def test_sizes_and_no_sentence_twice(splits):
    assert {split: len(pairs) for split, pairs in splits.items()} == {"train": 4800, "validation": 600, "test": 600}
    sources = [english for pairs in splits.values() for english, _ in pairs]
    assert len(set(sources)) == len(sources)


def test_an_english_sentence_has_one_translation():
    rng = random.Random(0)
    french: dict[str, set[str]] = {}
    for skeleton in list_skeletons():
        for _ in range(10):
            sentence = draw_sentence(skeleton, rng)
            french.setdefault(sentence.english, set()).add(sentence.french)
    assert [said for said in french.values() if len(said) > 1] == []


def test_no_combination_of_subject_verb_and_object_is_in_two_splits(splits):
    of_sentence: dict[str, set[tuple[str, ...]]] = {}
    details = set(ADJECTIVE) | set(DETERMINER) | {"an", "does", "do", "not", "never", "often", "always"}
    singular = {form: noun.english[0] for noun in NOUNS for form in noun.english}
    singular |= {form: verb.english[0] for verb in VERBS for form in verb.english}
    for split, pairs in splits.items():
        of_sentence[split] = {
            tuple(singular.get(word, word) for word in words(english) if word not in details) for english, _ in pairs
        }
    assert min(map(len, of_sentence.values())) > 100
    for one, other in itertools.combinations(of_sentence.values(), 2):
        assert not one & other


def test_every_word_of_validation_and_test_is_in_train_at_least_twice(splits):
    for side in (0, 1):
        seen = Counter(word for pair in splits["train"] for word in words(pair[side]))
        others = {word for split in ("validation", "test") for pair in splits[split] for word in words(pair[side])}
        assert [word for word in others if seen[word] < 2] == []


def test_words_with_two_senses_are_frequent_and_have_both(splits):
    ambiguous = {word for word, senses in SENSES.items() if len(senses) == 2}
    assert ambiguous == {"seal", "bat", "pitcher", "mole"}
    forms = {form for noun in NOUNS if noun.english[0] in ambiguous for form in noun.english}
    share = sum(bool(forms & set(words(english))) for english, _ in splits["train"]) / len(splits["train"])
    assert 0.2 < share < 0.6
    said = Counter(word for _, french in splits["train"] for word in words(french))
    assert min(said[word] for word in ("phoque", "sceau", "chauve-souris", "batte", "lanceur", "cruche")) > 10


def test_translating_word_by_word_is_not_enough(splits):
    """A dictionary that knows each English word's commonest French one, in the English order."""
    table = {form: noun.french[place] for noun in NOUNS for place, form in enumerate(noun.english)}
    table |= {verb.english[place]: verb.french[1] for verb in VERBS for place in (0, 1)}
    table |= {adjective.english: adjective.french[0] for adjective in ADJECTIVES}
    table |= {"the": "le", "this": "ce", "these": "ces", "my": "mon", "a": "un", "an": "un", "two": "deux"}
    table |= {"i": "je", "he": "il", "she": "elle", "we": "nous", "him": "le", "her": "la", "them": "les"}
    table |= {"often": "souvent", "always": "toujours", "not": "pas", "never": "jamais", "do": "ne", "does": "ne"}
    told = [" ".join(table[word] for word in words(english)) for english, _ in splits["test"]]
    truth = [" ".join(words(french)) for _, french in splits["test"]]
    assert compute_corpus_bleu(told, truth) < 30
    assert sum(one == other for one, other in zip(told, truth, strict=True)) / len(truth) < 0.15


def test_deterministic_in_the_seed():
    first, again, other = (translation_embedded(200, seed)[1].fingerprint for seed in (1, 1, 2))
    assert first == again != other


def test_too_few_pairs_for_three_splits():
    with pytest.raises(DataError, match=r"Received: dataset\.num_pairs=5"):
        translation_embedded(5)


def test_more_pairs_than_are_found(monkeypatch):
    monkeypatch.setattr("tfd2l.datasets.translation_embedded.DRAWS", 1)  # a sentence drawn twice is one too few
    with pytest.raises(DataError, match=r"train split wants 7200 different sentences.*num_pairs=9000"):
        translation_embedded(9000)
