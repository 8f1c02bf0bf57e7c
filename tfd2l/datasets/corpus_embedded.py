"""Generated text corpus."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from tfd2l.config.ranges import Fraction, PositiveInt, Seed
from tfd2l.data.generators.corpus.paragraphs import (
    write_country_paragraph,
    write_couple_paragraph,
    write_topic_paragraph,
)
from tfd2l.data.generators.corpus.scenes import write_scene_paragraph
from tfd2l.data.info import DataInfo, Splits, make_splits
from tfd2l.data.readers.split_files import FRACTIONS
from tfd2l.errors import DataError

Paragraph = Callable[[random.Random], list[str]]

OTHERS: Mapping[Paragraph, float] = {
    write_topic_paragraph: 0.7,
    write_country_paragraph: 0.15,
    write_couple_paragraph: 0.15,
}
SMALLEST = 10  # paragraphs: one for validation and for test


def corpus_embedded(
    num_paragraphs: PositiveInt = 9000, scene_share: Fraction = 0.5, held_out: bool = True, seed: Seed = 0
) -> tuple[Splits, DataInfo]:
    """Generated text corpus whose words can be learned from their contexts: paragraphs of about 40 words.

    `text` has several sentences, each ending in ` . `, as in WikiText.

    A half (`scene_share`) describe scenes of the small world of `nli_embedded`, each several times over in other words;
    the others keep to one of fourteen topics, one tense and two things, or to a country or a couple. So sentences of a
    paragraph belong together; subjects agree with their verbs; nouns, verbs and adjectives keep company; "bank",
    "crane", "court" and "bat" mean two things each. `corpus_suites` has what is true of these words: how alike they
    are, and analogies. Splits (80/10/10) share no paragraph.

    Args:
        num_paragraphs: In all.
        scene_share: So much of it is about the small world, 0 to 1.
        held_out: False leaves out validation and test, for methods that learn from counts.
        seed: Another seed draws other paragraphs.

    Raises:
        DataError: Too few paragraphs for three splits.
        ValueError: No share.
    """
    if not 0 <= scene_share <= 1:
        raise ValueError(f"scene_share is from 0 to 1. Received: scene_share={scene_share}")
    if num_paragraphs < SMALLEST:
        raise DataError(
            f"dataset.num_paragraphs is too few for three splits: at least {SMALLEST}. "
            f"Received: dataset.num_paragraphs={num_paragraphs}"
        )
    texts = generate_paragraphs(num_paragraphs, seed, scene_share)
    others = {split: int(num_paragraphs * share) for split, share in FRACTIONS.items() if split != "train"}
    columns, start = {}, 0
    for split, size in {"train": num_paragraphs - sum(others.values()), **others}.items():
        columns[split] = {"text": texts[start : start + size]}
        start += size
    columns = columns if held_out else {"train": columns["train"]}
    return make_splits(columns, inputs=("text",), source="embedded")


def generate_paragraphs(number: int, seed: int, scene_share: float = 0.5) -> list[str]:
    """Generates different paragraphs, in random order."""
    rng = random.Random(seed)
    kinds = [write_scene_paragraph, *OTHERS]
    shares = [scene_share, *((1 - scene_share) * share for share in OTHERS.values())]
    different: dict[str, None] = {}
    while len(different) < number:
        (kind,) = rng.choices(kinds, shares)
        different[f"{' . '.join(kind(rng))} ."] = None
    return list(different)
