"""A small world for natural language inference: its words, their taxonomy, meanings, and the rule of the label.

An image shows one group of beings, so a world is a tuple of leaf values, one for each of `DIMENSIONS`: what they are,
how many, what they do, and where. The leaves of a dimension exclude one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENTAILMENT, CONTRADICTION, NEUTRAL = 0, 1, 2  # the book's order

DIMENSIONS = ("kind", "count", "action", "place")

Values = frozenset[str]
Box = tuple[Values, ...]
"""A product of sets of leaves, one a dimension."""

# Depth by indentation: the concept, then its phrases (singular/plural), "|" between synonyms.
_KINDS = """
anyone:
  person: person/people
    child: child/children
      boy: boy/boys
      girl: girl/girls
    chef: chef/chefs
  animal: animal/animals
    dog: dog/dogs
      poodle: poodle/poodles
      beagle: beagle/beagles
    cat: cat/cats
"""

_ACTIONS = """
anything:
  moving: moving | on the move
    running: running
    walking: walking
  resting: resting
    sleeping: sleeping | asleep
    sitting: sitting
  eating: eating
"""

_PLACES = """
anywhere:
  outdoors: outdoors | outside
    park: in the park
    beach: on the beach
    garden: in the garden
  indoors: indoors | inside
    kitchen: in the kitchen
    bedroom: in the bedroom
    library: in the library
"""

NUMBERS = ("one", "two", "three")


@dataclass(frozen=True)
class Concept:
    """A set of leaves of one dimension, and the phrases that name it: (singular, plural), synonyms of one another.

    A count's phrase is a determiner with the number of the noun that it wants: ("exactly two", "plural").
    """

    leaves: Values
    phrases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Meaning:
    """The worlds in which a statement holds: those of the box `shown` that are not in the box `excluded`."""

    shown: Box
    excluded: Box | None = None


def compute_label(premise: Meaning, hypothesis: Meaning) -> int:
    """Computes the label of a pair, a function of the two meanings alone.

    Entailment if the hypothesis holds in every world in which the premise does, contradiction if in none, neutral
    otherwise.
    """
    both = _meet(premise.shown, hypothesis.shown)
    if _covered(both, premise.excluded, hypothesis.excluded):
        return CONTRADICTION
    in_shown = _covered(premise.shown, premise.excluded, hypothesis.shown)
    denied = hypothesis.excluded
    if in_shown and (denied is None or _covered(_meet(premise.shown, denied), premise.excluded, None)):
        return ENTAILMENT
    return NEUTRAL


def _meet(a: Box, b: Box) -> Box:
    return tuple(x & y for x, y in zip(a, b, strict=True))


def _inside(a: Box, b: Box | None) -> bool:
    """True if every world of box a is in box b; None is the empty box."""
    if not all(a):
        return True
    return b is not None and all(x <= y for x, y in zip(a, b, strict=True))


def _covered(a: Box, b: Box | None, c: Box | None) -> bool:
    """True if every world of box a is in box b or in box c."""
    if b is None:
        return _inside(a, c)
    # A world of a that is not in b leaves b in some dimension: one smaller box for each of them.
    return all(_inside((*a[:i], a[i] - b[i], *a[i + 1 :]), c) for i in range(len(a)))


def _parsed(table: str) -> dict[str, Concept]:
    lines = [line for line in table.splitlines() if line.strip()]
    names = [line.strip().partition(":")[0] for line in lines]
    depths = [len(line) - len(line.lstrip()) for line in lines]
    concepts = {}
    for i, line in enumerate(lines):
        end = next((j for j in range(i + 1, len(lines)) if depths[j] <= depths[i]), len(lines))
        leaves = {names[j] for j in range(i, end) if j + 1 == len(lines) or depths[j + 1] <= depths[j]}
        phrases = [phrase.strip().partition("/") for phrase in line.partition(":")[2].split("|") if phrase.strip()]
        concepts[names[i]] = Concept(frozenset(leaves), tuple((one, many or one) for one, _, many in phrases))
    return concepts


def _counts() -> dict[str, Concept]:
    def concept(leaves: tuple[str, ...], *phrases: str) -> Concept:
        numbers = (
            "singular" if phrase in ("a", "one", "at least one", "more than one") else "plural" for phrase in phrases
        )
        return Concept(frozenset(leaves), tuple(zip(phrases, numbers, strict=True)))

    return {
        "some": concept(NUMBERS, "at least one"),
        "1": concept(NUMBERS[:1], "a", "one"),
        "2": concept(NUMBERS[1:2], "two", "exactly two"),
        "3": concept(NUMBERS[2:], "three", "exactly three"),
        "2 or more": concept(NUMBERS[1:], "some", "at least two", "more than one"),
        "2 or fewer": concept(NUMBERS[:2], "at most two", "fewer than three"),
    }


CONCEPTS: Mapping[str, Mapping[str, Concept]] = {
    "kind": _parsed(_KINDS),
    "count": _counts(),
    "action": _parsed(_ACTIONS),
    "place": _parsed(_PLACES),
}
LEAVES: Mapping[str, Values] = {
    dimension: frozenset().union(*(concept.leaves for concept in CONCEPTS[dimension].values()))
    for dimension in DIMENSIONS
}
