"""Byte pair encoding tokenization."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform
from tfd2l.text.bpe import BytePairs, learn_bpe, recover_byte_pairs
from tfd2l.text.longest_match_segmenter import LongestMatchSegmenter
from tfd2l.text.merge_segmenter import MergeSegmenter
from tfd2l.text.segmentation import segment_words, truncate_at_unknown
from tfd2l.text.vocabulary import count_words
from tfd2l.text.wordpiece import SPECIAL_TOKENS, UNKNOWN, load_vocabulary

FIT_CHUNK = 4096
KEPT_WORDS = 100_000  # whose tokens are looked up; rarer words are divided as they come
NEW = -1


class BPE(Transform):
    """Tokenizes texts by byte pair encoding: they become token ids, ragged (batch, tokens).

    Words are what stands between white space; put `clean_text` before to lower-case them or to set punctuation apart.
    Each gets a mark at its end, so that tokens tell where words end: with the book's, "tallest" is `tall e s t _`.
    Words of train are divided once, when the stage is fitted, and looked up from then on; others are divided as they
    come, by the same graph.

    Args:
        keys: The texts to split; all share one vocabulary.
        vocabulary_size: The size to learn on the train split, special tokens and characters included.
        min_frequency: A pair of symbols seen more rarely is not joined.
        vocabulary: None learns one; `run:RUN_ID` takes that run's, so that pretrained weights and tokens fit. An
            experiment sets it to `${model.weights}`.
        segmentation: "merges" joins pairs in the order in which they were learned; "longest" takes the longest token
            that fits, from the left, as the book does.
        unknown: What is `[UNK]`, where no token fits: "each" such character, or as in the book once the whole "rest".
        end_of_word: The mark, one character.

    Raises:
        ValueError: A vocabulary too small for the special tokens, the mark and a character, or a mark that is not one
            character.
        DataError: The vocabulary of a run that is none of byte pairs.

    References:
        - Section 14.6.2.
        - Sennrich et al. 2016.
    """

    provides = (Vocabulary,)

    @check_bounds
    def __init__(
        self,
        keys: list[str],
        vocabulary_size: PositiveInt = 8000,
        min_frequency: PositiveInt = 2,
        vocabulary: str | None = None,
        segmentation: Literal["merges", "longest"] = "merges",
        unknown: Literal["each", "rest"] = "each",
        end_of_word: str = "_",
    ) -> None:
        smallest = len(SPECIAL_TOKENS) + 2
        if vocabulary_size < smallest:
            raise ValueError(f"vocabulary_size counts from {smallest} up. Received: {vocabulary_size}")
        if len(end_of_word) != 1 or end_of_word.isspace():
            raise ValueError(f"end_of_word is one character, and no space. Received: {end_of_word!r}")
        self.keys = self.reads = keys
        self.vocabulary_size = vocabulary_size
        self.min_frequency = min_frequency
        self.vocabulary = vocabulary
        self.segmentation = segmentation
        self.unknown = unknown
        self.end_of_word = end_of_word
        self.learned = BytePairs((), ())
        self._tokenize: Callable[[tf.Tensor], tf.RaggedTensor] | None = None

    def fit(self, train: tf.data.Dataset) -> None:
        count = count_words(chunk[key] for chunk in train.batch(FIT_CHUNK) for key in self.keys)
        frequencies = {word + self.end_of_word: frequency for word, frequency in count.items()}
        if self.vocabulary is not None:
            learned = recover_byte_pairs(load_vocabulary(self.vocabulary))
        else:
            learned = learn_bpe(frequencies, self.vocabulary_size, self.min_frequency, self.end_of_word)
        self.use(learned, frequencies)

    def use(self, learned: BytePairs, frequencies: Mapping[str, int]) -> None:
        """Take byte pairs; the most frequent words (with their marks) are divided at once."""
        self.learned = learned
        tokens, merges = learned.tokens, learned.merges
        segmenter = LongestMatchSegmenter(tokens) if self.segmentation == "longest" else MergeSegmenter(tokens, merges)
        words = [word for word, _ in Counter(frequencies).most_common(KEPT_WORDS)]
        kept = segment_words(segmenter, words)  # (words, tokens)
        initializer = tf.lookup.KeyValueTensorInitializer(words, list(range(len(words))), tf.string, tf.int32)
        rows = tf.lookup.StaticHashTable(initializer, default_value=NEW)
        self.resources = (rows, *segmenter.resources)

        # As a function of its own it is traced once, not once a split and key.
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def tokenize(texts: tf.Tensor) -> tf.RaggedTensor:
            words = tf.strings.split(texts)  # (batch, words)
            marked = words.flat_values + self.end_of_word
            row = rows.lookup(marked)
            is_new = row == NEW
            ids = tf.concat([kept, segmenter(tf.boolean_mask(marked, is_new))], axis=0)
            row = tf.where(is_new, kept.nrows(tf.int32) + tf.cumsum(tf.cast(is_new, tf.int32)) - 1, row)
            pieces = tf.gather(ids, row)  # (all words, tokens)
            if self.unknown == "rest":
                pieces = truncate_at_unknown(pieces, tokens.index(UNKNOWN))
            return words.with_values(pieces).merge_dims(1, 2)

        self._tokenize = tokenize

    @property
    def tokens(self) -> Sequence[str]:
        """The vocabulary, in the order of its ids."""
        return self.learned.tokens

    def transform(self, examples: Examples) -> Examples:
        if self._tokenize is None:
            raise ValueError(f"BPE has no vocabulary yet: call fit(train) first. Received: keys={self.keys}")
        return {**examples, **{key: self._tokenize(examples[key]) for key in self.keys if key in examples}}

    def bind(self, info: DataInfo) -> DataInfo:
        return info.with_fact(Vocabulary(tuple(self.tokens)))
