"""Generated natural language inference dataset."""

from __future__ import annotations

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.data.generators.nli.pairs import generate_pairs
from tfd2l.data.info import DataInfo, Splits
from tfd2l.datasets.snli import CLASS_NAMES
from tfd2l.datasets.text_pair import make_pair_splits


def nli_embedded(num_pairs: PositiveInt = 10_000, seed: Seed = 0) -> tuple[Splits, DataInfo]:
    """Generated natural language inference dataset about a small world of people, animals, places and actions.

    The label is computed from the meanings of the two sentences: entailment if every world in which the premise
    holds is one in which the hypothesis holds, contradiction if none is, neutral otherwise. Splits (80/10/10) share
    no scene; the three classes are balanced.

    Args:
        num_pairs: Pairs in all.
        seed: Another seed draws other pairs.

    Raises:
        DataError: The world is too small for so many pairs.
    """
    splits = generate_pairs(num_pairs, seed)
    pairs = {
        split: [(pair.premise, pair.hypothesis, CLASS_NAMES[pair.label]) for pair in rows]
        for split, rows in splits.items()
    }
    return make_pair_splits(pairs, CLASS_NAMES, source="embedded", counts={})
