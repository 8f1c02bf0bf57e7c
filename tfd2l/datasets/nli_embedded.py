"""Generated natural language inference: a small world, so that an experiment needs no download."""

from __future__ import annotations

from tfd2l.datasets.data import DataInfo, Splits
from tfd2l.datasets.nli_pairs import generate_pairs
from tfd2l.datasets.snli import CLASS_NAMES
from tfd2l.datasets.text_pair import pair_splits


def nli_embedded(num_pairs: int = 10_000, train_share: float = 1.0, seed: int = 0) -> tuple[Splits, DataInfo]:
    """Premise and hypothesis about a small world of people, animals, places and actions.

    The label is computed from the meanings of the two sentences: entailment if every world in which the premise
    holds is one in which the hypothesis holds, contradiction if none is, neutral otherwise. Splits (80/10/10) share
    no scene; the three classes are balanced.

    Arguments:
        num_pairs: pairs in all.
        train_share: of the train split, only so much is given, above 0 to 1; validation and test stay the same.
        seed: another seed draws other pairs.

    Raises:
        DataError: the world is too small for so many pairs.
        ValueError: no share of the train split.
    """
    if not 0 < train_share <= 1:
        raise ValueError(f"train_share is above 0, at most 1. Received: train_share={train_share}")
    splits = generate_pairs(num_pairs, seed)
    splits["train"] = splits["train"][: max(round(train_share * len(splits["train"])), 1)]
    pairs = {
        split: [(pair.premise, pair.hypothesis, CLASS_NAMES[pair.label]) for pair in rows]
        for split, rows in splits.items()
    }
    return pair_splits(pairs, CLASS_NAMES, source="embedded", counts={})
