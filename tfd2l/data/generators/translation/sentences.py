"""What may be said in the small English, and how to say it in the small French."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tfd2l.data.generators.translation.words import (
    ADJECTIVES,
    ADVERBS,
    DETERMINERS,
    NEGATIONS,
    NOUNS,
    OBJECT_PRONOUNS,
    SENSES,
    SUBJECT_PRONOUNS,
    VERBS,
    Adjective,
    Noun,
    Verb,
)

P_ADJECTIVE, P_PLURAL = 0.5, 0.4
P_MODIFIED = 0.5  # that a sentence is negated or has an adverb
PLURAL_VERB = 3  # the French form after a plural noun


@dataclass(frozen=True)
class Skeleton:
    """Who does what to whom; no two splits share one.

    Args:
        subject: A noun or a pronoun.
        verb: What the subject does.
        object: A noun or a pronoun; None if the verb takes none.
    """

    subject: Noun | str
    verb: Verb
    object: Noun | str | None


@dataclass(frozen=True)
class Phrase:
    """A noun with what belongs to it.

    Args:
        noun: One sense of a noun.
        plural: Its number.
        determiner: Place in DETERMINERS.
        adjective: None if there is none.
    """

    noun: Noun
    plural: bool
    determiner: int
    adjective: Adjective | None

    @property
    def english(self) -> str:
        """Determiner, adjective, noun."""
        determiner = DETERMINERS[self.determiner][0][self.plural]
        adjective = None if self.adjective is None else self.adjective.english
        rest = _joined(adjective, self.noun.english[self.plural])
        return _joined("an" if determiner == "a" and rest[0] in "aeiou" else determiner, rest)

    @property
    def french(self) -> str:
        """Determiner and adjective agree with the noun; most adjectives follow it."""
        form = 2 * self.plural + (self.noun.gender == "f")
        determiner, noun = DETERMINERS[self.determiner][1][form], self.noun.french[self.plural]
        if self.adjective is None:
            return _joined(determiner, noun)
        adjective = self.adjective.french[form]
        return _joined(determiner, *((adjective, noun) if self.adjective.before else (noun, adjective)))


@dataclass(frozen=True)
class Sentence:
    """A skeleton with its details.

    Args:
        subject, object: Phrases or pronouns; no object is None.
        verb: Of the sentence.
        modifier: An adverb, a negation, or nothing ("").
    """

    subject: Phrase | str
    verb: Verb
    object: Phrase | str | None
    modifier: str = ""

    @property
    def english(self) -> str:
        """Subject, modifier, verb, object."""
        subject = self.subject if isinstance(self.subject, str) else self.subject.english
        third = self.subject in ("he", "she") or (isinstance(self.subject, Phrase) and not self.subject.plural)
        object_said = self.object.english if isinstance(self.object, Phrase) else self.object
        if self.modifier == "not":
            told = _joined(subject, "does" if third else "do", "not", self.verb.english[0], object_said)
        else:
            told = _joined(subject, self.modifier, self.verb.english[third], object_said)
        return f"{told[0].upper()}{told[1:]}."

    @property
    def french(self) -> str:
        """A pronoun goes before the verb, an adverb after it, and a negation around both."""
        if isinstance(self.subject, str):
            subject, form = SUBJECT_PRONOUNS[self.subject]
        else:
            subject, form = self.subject.french, PLURAL_VERB if self.subject.plural else 1
        verb = self.verb.french[form]
        after = ADVERBS.get(self.modifier) or NEGATIONS.get(self.modifier)
        ne = "ne" if self.modifier in NEGATIONS else None
        if isinstance(self.object, str):
            told = _joined(subject, ne, OBJECT_PRONOUNS[self.object], verb, after)
        else:
            told = _joined(subject, ne, verb, after, None if self.object is None else self.object.french)
        return f"{told[0].upper()}{told[1:]}."


def list_skeletons() -> Iterator[Skeleton]:
    """Lists all that can be said, without details. A word with two senses stands only where the verb tells which."""
    beings = [noun for noun in NOUNS if noun.sense == "being"]
    for verb in VERBS:
        if verb.object is None:
            yield from (Skeleton(noun, verb, None) for noun in NOUNS if noun.sense == verb.subject)
            continue
        objects: list[Noun | str] = [
            noun
            for noun in NOUNS
            if noun.sense == verb.object or (verb.object == "any" and len(SENSES[noun.english[0]]) == 1)
        ]
        if verb.object != "thing":
            objects += OBJECT_PRONOUNS
        subjects: list[Noun | str] = [*beings, *SUBJECT_PRONOUNS]
        for subject in subjects:
            yield from (Skeleton(subject, verb, what) for what in objects if what != subject)


def draw_sentence(skeleton: Skeleton, rng: random.Random) -> Sentence:
    """Draws a sentence of a skeleton: number, determiners, adjectives, adverb or negation."""
    subject = skeleton.subject if isinstance(skeleton.subject, str) else _phrase(skeleton.subject, rng)
    what = _phrase(skeleton.object, rng) if isinstance(skeleton.object, Noun) else skeleton.object
    modifier = rng.choice([*ADVERBS, *NEGATIONS]) if rng.random() < P_MODIFIED else ""
    return Sentence(subject, skeleton.verb, what, modifier)


def _phrase(noun: Noun, rng: random.Random) -> Phrase:
    plural = rng.random() < P_PLURAL
    determiners = [index for index, (english, _) in enumerate(DETERMINERS) if english[plural] != "-"]
    adjective = rng.choice(ADJECTIVES) if rng.random() < P_ADJECTIVE else None
    return Phrase(noun, plural, rng.choice(determiners), adjective)


def _joined(*words: str | None) -> str:
    return " ".join(word for word in words if word)
