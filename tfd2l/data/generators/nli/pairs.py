"""Draw balanced pairs of statements about the small world, in splits that share no scene."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tfd2l.data.generators.nli.sentences import Negated, Statement, compute_meaning, write_sentence
from tfd2l.data.generators.nli.world import CONCEPTS, CONTRADICTION, DIMENSIONS, ENTAILMENT, NEUTRAL, compute_label
from tfd2l.errors import DataError

FRACTIONS = {"train": 0.8, "validation": 0.1, "test": 0.1}
UNSPOKEN = ("anyone", "anything", "anywhere")  # roots that only hold a taxonomy together
PROPOSALS = 100  # hypotheses drawn in search of one label for a premise

P_NEGATED = 0.15  # of the hypotheses of each label, so that a "not" does not tell the label
P_EDITS = (0.7, 0.25, 0.05)  # that one, two or three dimensions of the premise are changed
P_KEPT = 0.8  # that an unchanged action or place is repeated, not left out
P_ADDED = 0.05  # that something is said of a dimension the premise is silent about

Scene = tuple[str, str, str]


class Pair(NamedTuple):
    """Two sentences, and the label computed from their meanings."""

    premise: str
    hypothesis: str
    label: int


def generate_pairs(num_pairs: int = 10_000, seed: int = 0) -> dict[str, list[Pair]]:
    """Generates the pairs of each split; a premise has one hypothesis of each label.

    Splits share no scene (kind, action and place of a premise) and no premise sentence.

    Args:
        num_pairs: Pairs of all splits together (rounded down to whole premises of three pairs in each).
        seed: Another seed draws other pairs and other splits.

    Raises:
        DataError: Fewer than one premise a split, or more than the world holds.
    """
    rng = random.Random(seed)
    scenes = _scenes()
    rng.shuffle(scenes)
    splits, start = {}, 0
    for split, fraction in FRACTIONS.items():
        end = start + int(len(scenes) * fraction)
        premises = int(num_pairs * fraction) // 3
        if premises < 1:
            raise DataError(f"dataset.num_pairs is too few for three splits. Received: dataset.num_pairs={num_pairs}")
        splits[split] = _pairs(scenes[start:end], premises, rng, num_pairs)
        start = end
    return splits


def _pairs(scenes: Sequence[Scene], premises: int, rng: random.Random, num_pairs: int) -> list[Pair]:
    """Three pairs for each of so many premises; every premise says something else."""
    statements = [
        Statement(kind, count, action, place) for kind, action, place in scenes for count in CONCEPTS["count"]
    ]
    rng.shuffle(statements)
    pairs: list[Pair] = []
    for premise in statements:
        if len(pairs) == 3 * premises:
            break
        by_label = _hypotheses(premise, rng)
        if len(by_label) == 3:
            sentence = write_sentence(premise, rng)
            pairs += [Pair(sentence, write_sentence(by_label[label], rng), label) for label in sorted(by_label)]
    if len(pairs) < 3 * premises:
        raise DataError(f"The small world does not hold so many pairs. Received: dataset.num_pairs={num_pairs}")
    rng.shuffle(pairs)
    return pairs


def _hypotheses(premise: Statement, rng: random.Random) -> dict[int, Statement]:
    """One statement of each label that could be drawn."""
    meaning = compute_meaning(premise)
    found: dict[int, Statement] = {}
    for label in (ENTAILMENT, CONTRADICTION, NEUTRAL):
        negated = rng.random() < P_NEGATED
        for _ in range(PROPOSALS):
            hypothesis = _proposal(premise, negated, rng)
            if hypothesis != premise and compute_label(meaning, compute_meaning(hypothesis)) == label:
                found[label] = hypothesis
                break
    return found


def _proposal(premise: Statement, negated: bool, rng: random.Random) -> Statement:
    """The premise with some dimensions changed to a wider, a narrower or any concept; negated if so told."""
    spoken = [d for d in DIMENSIONS if getattr(premise, d)]
    edits = min(rng.choices((1, 2, 3), P_EDITS)[0], len(spoken))
    changed = set(rng.sample(spoken, edits))
    new = {}
    for dimension in DIMENSIONS:
        name = getattr(premise, dimension)
        if dimension in changed:
            new[dimension] = _changed(dimension, name, rng)
        elif not name:
            new[dimension] = rng.choice(NAMES[dimension]) if rng.random() < P_ADDED else ""
        else:
            new[dimension] = name if dimension in ("kind", "count") or rng.random() < P_KEPT else ""
    if not new["action"] and not new["place"]:
        new |= {"action": premise.action, "place": premise.place}
    statement = Statement(**new)  # type: ignore[arg-type]
    return _negated(statement, rng) if negated else statement


def _changed(dimension: str, name: str, rng: random.Random) -> str:
    way = rng.random()
    if way < 0.34:
        return rng.choice(WIDER[dimension][name] or [name])
    if way < 0.6:
        return rng.choice(NARROWER[dimension][name] or [name])
    return rng.choice(NAMES[dimension])


def _negated(statement: Statement, rng: random.Random) -> Statement:
    ways: list[Negated] = ["existence"]
    ways += ["action"] if statement.action else []
    ways += ["place"] if statement.place else []
    way = rng.choice(ways)
    return replace(statement, negated=way, count="some" if way == "existence" else statement.count)


def _scenes() -> list[Scene]:
    actions, places = ["", *NAMES["action"]], ["", *NAMES["place"]]
    return [
        (kind, action, place) for kind in NAMES["kind"] for action in actions for place in places if action or place
    ]


NAMES = {d: [name for name in CONCEPTS[d] if name not in UNSPOKEN] for d in DIMENSIONS}
WIDER = {
    d: {a: [b for b in NAMES[d] if CONCEPTS[d][a].leaves < CONCEPTS[d][b].leaves] for a in NAMES[d]} for d in DIMENSIONS
}
NARROWER = {
    d: {a: [b for b in NAMES[d] if CONCEPTS[d][b].leaves < CONCEPTS[d][a].leaves] for a in NAMES[d]} for d in DIMENSIONS
}
