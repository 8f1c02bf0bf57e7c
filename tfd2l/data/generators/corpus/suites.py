"""What is true of the words of the embedded corpus: how alike two of them are, and which pairs stand as others do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, permutations

from tfd2l.data.generators.corpus.words import (
    AMBIGUOUS,
    COUNTRIES,
    COUPLES,
    TOPICS,
    inflect_past,
    inflect_progressive,
    pluralize,
)

Pair = tuple[str, str]

# How alike, on the scale of WordSim-353 (0 to 10), by what two words have to do with each other.
ONE_WORD = 9.0  # two forms of it, or synonyms
SISTERS = 8.0  # kinds of one thing, the man and the woman
KIND_OF = 7.0
OF_A_SORT = 6.0  # the same part of speech of one topic, two countries
RELATED = 4.0  # two parts of speech of one topic, a country and its capital
UNRELATED = 0.0

SYNONYMS = (("outdoors", "outside"), ("indoors", "inside"), ("sleeping", "asleep"))
SISTER_KINDS = (("poodle", "beagle"), ("boy", "girl"), ("running", "walking"), ("sleeping", "sitting"))
KINDS_OF = (
    *(("poodle", "dog"), ("beagle", "dog"), ("dog", "animal"), ("cat", "animal"), ("boy", "child"), ("girl", "child")),
    *(("child", "person"), ("chef", "person"), ("running", "moving"), ("walking", "moving"), ("sleeping", "resting")),
)
FEW = 4  # words of a topic that are compared with each other


def make_similarity_pairs() -> list[tuple[str, str, float]]:
    """Makes (word, word, score): how similar they are, 0 to 10; none of them is ambiguous.

    9: forms of one word, synonyms; 8: sister kinds, a king and a queen; 7: a thing and its kind; 6: the same part of
    speech of one topic; 4: other parts of speech of one topic; 0: other topics.
    """
    topics = list(TOPICS.values())
    nouns = [_plain(topic.nouns)[:FEW] for topic in topics]
    scored = {
        ONE_WORD: [
            *SYNONYMS,
            *((noun, pluralize(noun)) for some in nouns for noun in some[:2]),
            *((verb, inflect_past(verb)) for topic in topics for verb in topic.verbs[:2]),
        ],
        SISTERS: [*SISTER_KINDS, *COUPLES],
        KIND_OF: list(KINDS_OF),
        OF_A_SORT: [
            *(pair for some in nouns for pair in combinations(some, 2)),
            *(pair for topic in topics for pair in combinations(topic.adjectives[:3], 2)),
            *_neighbours(list(COUNTRIES)),
            *_neighbours([capital for capital, *_ in COUNTRIES.values()]),
        ],
        RELATED: [
            *((country, capital) for country, (capital, *_) in COUNTRIES.items()),
            *((some[0], topic.adjectives[0]) for some, topic in zip(nouns, topics, strict=True)),
            *((some[0], topic.verbs[0]) for some, topic in zip(nouns, topics, strict=True)),
        ],
        UNRELATED: [
            *(pair for place in range(FEW) for pair in _neighbours([some[place] for some in nouns])),
            *_neighbours([topic.adjectives[0] for topic in topics]),
            *zip([some[1] for some in nouns], COUNTRIES, strict=True),
            *zip([topic.adjectives[1] for topic in topics], COUPLES_ALONE, strict=False),
        ],
    }
    return [(a, b, score) for score, pairs in scored.items() for a, b in pairs]


def make_analogy_questions() -> dict[str, list[tuple[str, str, str, str]]]:
    """Makes section -> (a, b, c, d): b is to a as d is to c, as in questions-words.

    Sections: `capital`, `language`, `family` (a man and a woman), `plural`, `past` and `progressive`.
    """
    nouns = [noun for topic in TOPICS.values() for noun in _plain(topic.nouns)[:2]]
    verbs = [verb for topic in TOPICS.values() for verb in topic.verbs[:2]]
    return {
        "capital": _questions([(country, capital) for country, (capital, _, _) in COUNTRIES.items()]),
        "language": _questions([(country, language) for country, (_, language, _) in COUNTRIES.items()]),
        "family": _questions(list(COUPLES)),
        "plural": _questions([(noun, pluralize(noun)) for noun in nouns], FEW),
        "past": _questions([(verb, inflect_past(verb)) for verb in verbs], FEW),
        "progressive": _questions([(verb, inflect_progressive(verb)) for verb in verbs], FEW),
    }


COUPLES_ALONE = tuple(man for man, _ in COUPLES)


def _plain(nouns: Sequence[str]) -> list[str]:
    return [noun for noun in nouns if noun not in AMBIGUOUS]


def _neighbours(words: Sequence[str]) -> Iterator[Pair]:
    """Each with the one after it, around a circle."""
    return zip(words, [*words[1:], words[0]], strict=True)


def _questions(pairs: Sequence[Pair], others: int | None = None) -> list[tuple[str, str, str, str]]:
    """Every two pairs, or each pair with so many of those that come after it, around a circle."""
    chosen: Iterable[tuple[Pair, Pair]] = permutations(pairs, 2)
    if others is not None:
        number = len(pairs)
        chosen = ((pairs[i], pairs[(i + step) % number]) for i in range(number) for step in range(1, others + 1))
    return [(*first, *second) for first, second in chosen]
