"""Statements about the small world: what they mean, and how they are said in English."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tfd2l.data.generators.nli.world import CONCEPTS, DIMENSIONS, LEAVES, Meaning

Negated = Literal["", "action", "place", "existence"]


@dataclass(frozen=True)
class Statement:
    """Concepts by dimension ("" where a dimension is not mentioned), and what is negated.

    `negated`: "action" (the dogs are not running), "place" (... running but not in the park), "existence" (no dog is
    running in the park), or nothing.
    """

    kind: str
    count: str
    action: str = ""
    place: str = ""
    negated: Negated = ""


def compute_meaning(statement: Statement) -> Meaning:
    """Computes the worlds in which a statement holds.

    Negating an action or a place leaves kind and count asserted; negating existence denies all of it together.
    """
    box = tuple(_leaves(dimension, getattr(statement, dimension)) for dimension in DIMENSIONS)
    if not statement.negated:
        return Meaning(box)
    denied = DIMENSIONS if statement.negated == "existence" else (statement.negated,)
    shown = tuple(LEAVES[d] if d in denied else leaves for d, leaves in zip(DIMENSIONS, box, strict=True))
    excluded = tuple(leaves if d in denied else LEAVES[d] for d, leaves in zip(DIMENSIONS, box, strict=True))
    return Meaning(shown, excluded)


def write_sentence(statement: Statement, rng: random.Random) -> str:
    """Writes one of the sentences that say it, as captions do without a full stop; `rng` draws synonyms and order."""
    parts = _denying(statement, rng) if statement.negated == "existence" else _asserting(statement, rng)
    words = " ".join(part for part in parts if part).replace(" ,", ",").split()
    for i, word in enumerate(words[:-1]):
        if word == "a" and words[i + 1][0] in "aeiou":
            words[i] = "an"
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}"


def _asserting(statement: Statement, rng: random.Random) -> tuple[str, ...]:
    determiner, number = rng.choice(CONCEPTS["count"][statement.count].phrases)
    plural = number == "plural"
    be = "are" if plural else "is"
    group = f"{determiner} {_phrase('kind', statement.kind, plural, rng)}"
    action = _phrase("action", statement.action, plural, rng)
    place = _phrase("place", statement.place, plural, rng)
    if statement.negated == "action":
        return rng.choice([(group, be, "not", action, place), (place, "," if place else "", group, be, "not", action)])
    if statement.negated == "place":
        return (group, be, action, "but not", place) if action else (group, be, "not", place)
    ways = [(group, be, action, place), ("there", be, group, action, place)]
    if place:
        ways.append((place, ",", group, be, action) if action else (place, ",", "there", be, group))
    return rng.choice(ways)


def _denying(statement: Statement, rng: random.Random) -> tuple[str, ...]:
    plural = rng.random() < 0.5
    be = "are" if plural else "is"
    group = f"no {_phrase('kind', statement.kind, plural, rng)}"
    action = _phrase("action", statement.action, plural, rng)
    place = _phrase("place", statement.place, plural, rng)
    ways = [("there", be, group, action, place), (group, be, action, place)]
    if statement.kind == "person":
        ways.append(("nobody is", action, place))
    return rng.choice(ways)


def _phrase(dimension: str, name: str, plural: bool, rng: random.Random) -> str:
    return rng.choice(CONCEPTS[dimension][name].phrases)[plural] if name else ""


def _leaves(dimension: str, name: str) -> frozenset[str]:
    return CONCEPTS[dimension][name].leaves if name else LEAVES[dimension]
