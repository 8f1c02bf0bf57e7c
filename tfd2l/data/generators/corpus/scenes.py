"""Paragraphs about the small world: one scene, described in several true sentences."""

from __future__ import annotations

import random

from tfd2l.data.generators.nli.pairs import NAMES
from tfd2l.data.generators.nli.sentences import Statement, write_sentence
from tfd2l.data.generators.nli.world import CONCEPTS, DIMENSIONS, LEAVES

P_SAID = 0.75  # that an action or a place is said, if not both
P_NEGATED = 0.2
LENGTHS = (3, 4, 5, 6)  # sentences of a paragraph

_LEAVES = {dimension: sorted(leaves) for dimension, leaves in LEAVES.items()}
_TRUE = {  # dimension -> leaf -> concepts that hold of it
    d: {leaf: [name for name in NAMES[d] if leaf in CONCEPTS[d][name].leaves] for leaf in _LEAVES[d]}
    for d in DIMENSIONS
}
_FALSE = {d: {leaf: [n for n in NAMES[d] if n not in _TRUE[d][leaf]] for leaf in _LEAVES[d]} for d in DIMENSIONS}


def write_scene_paragraph(rng: random.Random) -> list[str]:
    """Writes sentences that all hold in one world of `nli_embedded`: of its kinds, counts, actions and places.

    They name one thing in many ways (a poodle, a dog, an animal; asleep, sleeping, resting) and say what it is not, so
    that synonyms, what is a kind of what, and what excludes what can be learned from text that has no labels.
    """
    world = tuple(rng.choice(_LEAVES[dimension]) for dimension in DIMENSIONS)
    sentences: list[str] = []
    wanted = rng.choice(LENGTHS)
    while len(sentences) < wanted:
        sentence = write_sentence(_true_statement(world, rng), rng).lower().replace(",", " ,")
        if sentence not in sentences:
            sentences.append(sentence)
    return sentences


def _true_statement(world: tuple[str, ...], rng: random.Random) -> Statement:
    said = dict(zip(DIMENSIONS, world, strict=True))
    denied = rng.choice(("kind", "action", "place")) if rng.random() < P_NEGATED else ""
    spoken = {d for d in ("action", "place") if d == denied or rng.random() < P_SAID} or {
        rng.choice(("action", "place"))
    }
    concepts = {
        d: rng.choice((_FALSE if d == denied else _TRUE)[d][said[d]]) if d in ("kind", "count") or d in spoken else ""
        for d in DIMENSIONS
    }
    if denied == "kind":  # nothing of that kind is there
        return Statement(**{**concepts, "count": "some", "negated": "existence"})  # type: ignore[arg-type]
    return Statement(**concepts, negated=denied)  # type: ignore[arg-type]
