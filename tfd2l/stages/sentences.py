"""Sentence splitting."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.base.tally import COUNTED, count_true

PARAGRAPHS = 1024  # a call


class Sentences(Stage):
    """Splits paragraphs into sentences: `text`, and `begins`, true at the first of a paragraph.

    Paragraphs with fewer parts than `min_parts` are left out: headings, for one. As in the book a paragraph is counted
    as it stands in the file and cut after the blanks around it are gone, so that one whose only sentence ends in ` . `
    stays, as one sentence. Served, a text is left whole.

    Args:
        key: The paragraphs.
        separator: What stands between two sentences.
        min_parts: Fewest parts of a paragraph.

    Raises:
        ValueError: An empty separator, or fewer than one part.

    References:
        - Section 14.9, `_read_wiki`.
    """

    tallies = ("begins",)

    def __init__(self, key: str = "text", separator: str = " . ", min_parts: int = 2) -> None:
        if not separator or min_parts < 1:
            raise ValueError(
                f"a separator has a letter, and a paragraph a part. Received: separator={separator!r}, "
                f"min_parts={min_parts}"
            )
        self.key = key
        self.reads = (key,)
        self.separator = separator
        self.min_parts = min_parts

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        chunks = ds.batch(PARAGRAPHS).map(self._split, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        return chunks.unbatch()

    def tally(self, examples: Examples) -> dict[str, tf.Tensor]:
        return count_true(examples["begins"])

    def explain_tally(self, sums: Mapping[str, int], size: int) -> dict[str, int]:
        left_out = size - sums[COUNTED]
        return (
            {f"of {size} paragraphs left out, of fewer than {self.min_parts} sentences": left_out} if left_out else {}
        )

    def _split(self, examples: Examples) -> Examples:
        paragraphs = examples[self.key]  # (paragraphs,)
        counted = tf.strings.split(paragraphs, self.separator).row_lengths()
        kept = tf.strings.strip(tf.boolean_mask(paragraphs, counted >= self.min_parts))
        sentences = tf.strings.split(kept, self.separator)  # ragged (paragraphs, sentences)
        first = tf.repeat(sentences.row_starts(), sentences.row_lengths())  # (sentences,)
        begins = tf.range(tf.size(first, tf.int64)) == first
        return {self.key: sentences.flat_values, "begins": begins}
