"""Embedded tests of word vectors: analogy questions and similarity pairs of common words."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from tfd2l.text.analogies import AnalogyQuestion
from tfd2l.text.similarity import ScoredPair

# Section -> pairs of words; of two pairs a : b and c : d of a section, a is to b as c is to d.
RELATIONS: dict[str, tuple[str, ...]] = {
    "capital": (
        *("greece athens", "germany berlin", "france paris", "italy rome", "spain madrid", "japan tokyo"),
        *("russia moscow", "china beijing", "egypt cairo", "austria vienna", "canada ottawa", "cuba havana"),
    ),
    "family": (
        *("man woman", "king queen", "boy girl", "brother sister", "father mother", "son daughter"),
        *("husband wife", "uncle aunt", "prince princess", "nephew niece"),
    ),
    "comparative": (
        *("big bigger", "small smaller", "long longer", "short shorter", "strong stronger", "weak weaker"),
        *("fast faster", "slow slower", "tall taller", "cheap cheaper"),
    ),
    "superlative": (
        *("big biggest", "small smallest", "long longest", "short shortest", "strong strongest", "weak weakest"),
        *("fast fastest", "slow slowest", "tall tallest", "cheap cheapest"),
    ),
    "past": (
        *("go went", "do did", "take took", "give gave", "see saw", "write wrote"),
        *("say said", "find found", "sell sold", "think thought"),
    ),
    "plural": (
        *("dog dogs", "cat cats", "horse horses", "bird birds", "apple apples", "banana bananas"),
        *("computer computers", "chip chips", "bank banks", "loan loans", "river rivers", "hand hands"),
    ),
}
# Field -> groups of similar words; groups of one field are more similar than those of two.
FIELDS: dict[str, tuple[str, ...]] = {
    "animals": ("dog cat rabbit hamster", "horse cow sheep goat", "bird eagle crow owl", "salmon trout shark whale"),
    "food": ("apple banana orange grape", "bread rice pasta cake", "tea coffee wine beer", "beef pork lamb chicken"),
    "technology": ("chip processor microprocessor intel", "computer laptop server terminal", "software program code"),
    "money": ("bank lender insurer broker", "loan credit debt mortgage", "stock bond share fund"),
    "nature": ("river lake sea ocean", "rain snow wind storm", "tree flower grass leaf", "mountain hill valley"),
    "body": ("hand arm finger wrist", "eye ear nose mouth", "heart lung liver brain"),
    "praise": ("beautiful lovely gorgeous pretty", "wonderful great excellent splendid", "clever smart bright wise"),
    "home": ("baby child infant toddler", "kitchen bedroom bathroom cellar", "chair table sofa desk"),
}
SAME_GROUP, SAME_FIELD, APART = 3.0, 1.5, 0.0  # scores


def make_relation_questions() -> list[AnalogyQuestion]:
    """Makes analogy questions of every two pairs of a section, in both orders.

    Returns:
        The questions, by section.

    Example:
        >>> from tfd2l.text.relations import make_relation_questions
        >>> make_relation_questions()[0]
        AnalogyQuestion(section='capital', words=('greece', 'athens', 'germany', 'berlin'))
    """
    questions = []
    for section, pairs in RELATIONS.items():
        for left, right in permutations(pairs, 2):
            (a, b), (c, d) = left.split(), right.split()
            questions.append(AnalogyQuestion(section, (a, b, c, d)))
    return questions


def make_relation_suite(seed: int = 0) -> list[ScoredPair]:
    """Makes a similarity suite of pairs of words from one group, from one field, and from different fields.

    Args:
        seed: The seed of the choice of pairs. Defaults to 0.

    Returns:
        Equal numbers of pairs with the scores 3, 1.5 and 0.

    Example:
        >>> from tfd2l.text.relations import make_relation_suite
        >>> make_relation_suite()[0]
        ('dog', 'cat', 3.0)
    """
    words = [(field, group, word) for field, groups in FIELDS.items() for group in groups for word in group.split()]
    by_score: dict[float, list[ScoredPair]] = {SAME_GROUP: [], SAME_FIELD: [], APART: []}
    for (field, group, word), (other_field, other_group, other) in combinations(words, 2):
        score = SAME_GROUP if group == other_group else SAME_FIELD if field == other_field else APART
        by_score[score].append((word, other, score))
    random = np.random.default_rng(seed)
    size = min(map(len, by_score.values()))
    return [pairs[at] for pairs in by_score.values() for at in sorted(random.choice(len(pairs), size, replace=False))]
