"""Generated word vectors."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt, Seed
from tfd2l.data.facts.providers import provides
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo, Splits
from tfd2l.datasets.word_vectors import make_vector_splits
from tfd2l.text.relations import FIELDS, RELATIONS
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

CONCEPT, GROUP, FIELD, FORM = 1.0, 1.0, 0.7, 1.0  # lengths of what a vector is the sum of
SUM = tuple[tuple[str, float], ...]


@provides(Vocabulary, WordVectors)
def word_vectors_embedded(
    width: PositiveInt = 50, noise: NonNegativeFloat = 1.0, seed: Seed = 0
) -> tuple[Splits, DataInfo]:
    """Generated word vectors of some 210 words in which known relations hold.

    The vectors stand in relations as trained ones do; no corpus has been read.

    A word's vector is a sum: its concept (dog and dogs have one), the group and the field that it belongs to (dog and
    cat; dog and whale), and its form (plural, past, capital of, ...), each a random direction; and noise of its own.

    Args:
        width: Numbers of a vector.
        noise: Its length, where a concept's is 1.
        seed: Another seed gives other directions.

    Raises:
        ValueError: A width below 1, or noise below 0.
    """
    if width < 1 or noise < 0:
        raise ValueError(f"width counts from 1 up, noise from 0. Received: width={width}, noise={noise}")
    random = np.random.default_rng(seed)
    directions: dict[str, np.ndarray] = {}
    made: dict[str, np.ndarray] = {}
    for word, parts in _sums().items():
        for name, _ in parts:
            if name not in directions:
                directions[name] = _direction(random, width)
        made[word] = sum(length * directions[name] for name, length in parts) + noise * _direction(random, width)
    matrix = np.stack([np.zeros(width), *made.values()]).astype(np.float32)
    return make_vector_splits(WordVectors((UNKNOWN, *made), matrix), source="embedded (generated word vectors)")


def _sums() -> dict[str, SUM]:
    """Word -> the directions that its vector is the sum of, and how much of each."""
    belongs: defaultdict[str, SUM] = defaultdict(tuple)
    for field, groups in FIELDS.items():
        for group in groups:
            for word in group.split():
                belongs[word] = ((f"field {field}", FIELD), (f"group {group}", GROUP))
    sums: dict[str, SUM] = {}
    for section, pairs in RELATIONS.items():
        for pair in pairs:
            base, derived = pair.split()
            concept = ((f"concept {base}", CONCEPT), *(belongs[base] or ((f"field {section}", FIELD),)))
            sums.setdefault(base, concept)
            sums[derived] = (*sums[base], (f"form {section}", FORM))
    return sums | {
        word: ((f"concept {word}", CONCEPT), *parts) for word, parts in belongs.items() if word not in sums and parts
    }


def _direction(random: np.random.Generator, width: int) -> np.ndarray:
    vector = random.standard_normal(width)
    return vector / np.linalg.norm(vector)
