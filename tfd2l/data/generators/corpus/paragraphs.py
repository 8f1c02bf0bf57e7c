"""Paragraphs of the embedded corpus that keep to a topic, a country, or a couple."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tfd2l.data.generators.corpus.words import (
    COUNTRIES,
    COUPLES,
    TOPICS,
    Topic,
    add_article,
    inflect_past,
    inflect_progressive,
    inflect_third_person,
    pluralize,
)

LENGTHS = (4, 5, 6, 7)  # sentences of a paragraph
P_OWN = 0.8  # that a noun comes with what it mostly comes with, not with any word of its topic
TIMES = {"past": "yesterday", "present": "every day", "progressive": "now"}
PRONOUNS = ({"he": "he", "him": "him", "his": "his"}, {"he": "she", "him": "her", "his": "her"})


def write_topic_paragraph(rng: random.Random) -> list[str]:
    """Writes sentences of one topic in one tense about two of its things.

    Each noun has verbs, adjectives and fellow nouns that it mostly comes with, its own among those of its topic, so
    that its singular and plural, and the forms of a verb, can be told to belong together.
    """
    topic = TOPICS[rng.choice(_TOPIC_NAMES)]
    first, second = rng.sample(range(len(topic.nouns)), 2)
    about = _About(topic, first, second, rng.choice(tuple(TIMES)), rng)
    return [rng.choice(_SENTENCES)(about) for _ in range(rng.choice(LENGTHS))]


def write_country_paragraph(rng: random.Random) -> list[str]:
    """Writes sentences about one country: its capital, its language, what it is known for."""
    country = rng.choice(tuple(COUNTRIES))
    capital, language, known_for = COUNTRIES[country]
    words = {"country": country, "capital": capital, "language": language, "thing": known_for}
    return [sentence.format(**words) for sentence in rng.sample(_OF_A_COUNTRY, rng.choice(LENGTHS))]


def write_couple_paragraph(rng: random.Random) -> list[str]:
    """Writes sentences about a man or a woman: he or she, and what both of such a couple have to do with."""
    couple = rng.choice(tuple(COUPLES))
    sex = rng.randrange(2)
    things = COUPLES[couple]
    sentences = rng.sample(_OF_A_PERSON, rng.choice(LENGTHS))
    return [
        sentence.format(who=couple[sex], other=couple[1 - sex], thing=rng.choice(things), **PRONOUNS[sex])
        for sentence in sentences
    ]


@dataclass
class _About:
    """What a paragraph is about, and how its sentences are said."""

    topic: Topic
    first: int
    second: int
    tense: str
    rng: random.Random

    def noun(self) -> int:
        """One of the two that the paragraph is about, mostly."""
        return self.rng.choice((self.first, self.first, self.second))

    def of(self, noun: int, words: tuple[str, ...]) -> str:
        """A word that mostly comes with this noun."""
        own = (noun + self.rng.randrange(2)) % len(words)
        return words[own if self.rng.random() < P_OWN else self.rng.randrange(len(words))]

    def verb(self, noun: int, many: bool) -> str:
        base = self.of(noun, self.topic.verbs)
        if self.tense == "past":
            return inflect_past(base)
        if self.tense == "present":
            return base if many else inflect_third_person(base)
        return f"{'are' if many else 'is'} {inflect_progressive(base)}"

    def fellow(self, noun: int) -> str:
        """Another thing, with article; one or many."""
        words = self.topic.nouns
        other = words[(noun + self.rng.choice((1, 1, 2, 3))) % len(words)]
        return self.rng.choice(
            (f"the {other}", add_article(other), f"the {pluralize(other)}", f"some {pluralize(other)}")
        )

    def group(self, noun: int, many: bool) -> str:
        """Who does it: article, perhaps an adjective, noun."""
        word = self.topic.nouns[noun]
        adjective = f"{self.of(noun, self.topic.adjectives)} " if self.rng.random() < 0.5 else ""
        if many:
            return f"{self.rng.choice(_MANY)} {adjective}{pluralize(word)}"
        phrase = f"{adjective}{word}"
        return self.rng.choice((f"the {phrase}", f"this {phrase}", f"each {phrase}", add_article(phrase)))


_MANY = ("the", "these", "many", "several")
_TOPIC_NAMES = tuple(TOPICS)


def _does(a: _About) -> str:
    noun, many = a.noun(), a.rng.random() < 0.5
    time = f" {TIMES[a.tense]}" if a.rng.random() < 0.3 else ""
    return f"{a.group(noun, many)} {a.verb(noun, many)} {a.fellow(noun)}{time}"


def _is(a: _About) -> str:
    noun, many = a.noun(), a.rng.random() < 0.5
    be = ("were" if many else "was") if a.tense == "past" else ("are" if many else "is")
    degree = a.rng.choice(("", "very ", "quite "))
    return f"{a.group(noun, many)} {be} {degree}{a.of(noun, a.topic.adjectives)}"


def _wants(a: _About) -> str:
    noun, many = a.noun(), a.rng.random() < 0.5
    wants = "wanted" if a.tense == "past" else ("want" if many else "wants")
    return f"{a.group(noun, many)} {wants} to {a.of(noun, a.topic.verbs)} {a.fellow(noun)}"


def _near(a: _About) -> str:
    noun, many = a.noun(), a.rng.random() < 0.5
    be = ("were" if many else "was") if a.tense == "past" else ("are" if many else "is")
    return f"{a.group(noun, many)} {be} {a.rng.choice(('near', 'beside', 'behind'))} {a.fellow(noun)}"


def _pronoun(a: _About) -> str:
    noun, many = a.first, a.rng.random() < 0.5
    return f"{'they' if many else 'it'} {a.verb(noun, many)} {a.fellow(noun)}"


_SENTENCES: tuple[Callable[[_About], str], ...] = (_does, _does, _does, _is, _wants, _near, _pronoun)

_OF_A_COUNTRY = (
    "{capital} is the capital of {country}",
    "the people of {country} speak {language}",
    "the streets of {capital} are busy",
    "in {capital} you can hear {language} everywhere",
    "many travellers come to {country} for its {thing}",
    "{country} is famous for its {thing}",
    "the government of {country} sits in {capital}",
    "the mayor of {capital} speaks {language}",
    "the borders of {country} are long",
    "a train goes to {capital} twice a day",
    "the shops in {capital} sell {thing}",
    "the villages of {country} are quiet",
    "the {language} language is taught in {country}",
)

_OF_A_PERSON = (
    "the {who} told me about {his} {thing}",
    "{he} is a good {who}",
    "everyone knows the {who} and {his} {thing}",
    "the {who} thinks of the {thing}",
    "{he} never forgets {his} {thing}",
    "the {who} met the {other} near the {thing}",
    "we asked {him} about the {thing}",
    "as a {who} {he} loves the {thing}",
    "{he} said that the {thing} was lost",
    "the {thing} of the {who} is old",
)
