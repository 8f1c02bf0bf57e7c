"""Generated English-French translation dataset."""

from __future__ import annotations

import random

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.data.generators.translation.sentences import Skeleton, draw_sentence, list_skeletons
from tfd2l.data.generators.translation.words import Verb
from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.errors import DataError

FRACTIONS = {"train": 0.8, "validation": 0.1, "test": 0.1}
DRAWS = 20  # for each sentence that is wanted


def translation_embedded(num_pairs: PositiveInt = 10_000, seed: Seed = 0) -> tuple[Splits, DataInfo]:
    """Generated English-French translation dataset of a small grammar.

    Examples have `source`, English, and `target`, French.

    What makes it a task for attention: adjectives, object pronouns, adverbs and negations stand elsewhere in French;
    articles, adjectives and verbs agree with a noun that may be words away; and a noun with two meanings (seal: phoque
    or sceau; bat, pitcher, mole) is disambiguated by the verb, which may come after it. One English sentence has one
    translation. Splits (80/10/10) share no combination of subject, verb and object.

    Args:
        num_pairs: Pairs in all.
        seed: Another seed draws other pairs and other splits.

    Raises:
        DataError: Too few pairs for three splits, or more than the grammar holds.
    """
    rng = random.Random(seed)
    every = list(list_skeletons())
    rng.shuffle(every)
    columns: dict[str, Columns] = {}
    start = 0
    for split, fraction in FRACTIONS.items():
        end = start + int(len(every) * fraction)
        by_verb: dict[Verb, list[Skeleton]] = {}  # every verb as often, however much can be said with it
        for skeleton in every[start:end]:
            by_verb.setdefault(skeleton.verb, []).append(skeleton)
        wanted = int(num_pairs * fraction)
        pairs: dict[str, str] = {}
        for _ in range(DRAWS * wanted):
            if len(pairs) == wanted:
                break
            sentence = draw_sentence(rng.choice(rng.choice(list(by_verb.values()))), rng)
            pairs[sentence.english] = sentence.french
        if not pairs or len(pairs) < wanted:
            raise DataError(
                f"dataset.num_pairs: the {split} split wants {wanted} different sentences, one or more, and "
                f"{len(pairs)} were found. Received: dataset.num_pairs={num_pairs}"
            )
        columns[split] = {"source": list(pairs), "target": list(pairs.values())}
        start = end
    return make_splits(columns, inputs=("source",), source="embedded")
