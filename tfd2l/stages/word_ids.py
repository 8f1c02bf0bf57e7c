"""Words as ids of one vocabulary."""

from __future__ import annotations

from collections import Counter

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform
from tfd2l.text import wordpiece
from tfd2l.text.special_tokens import find_special_ids, tokenize_with_special_tokens
from tfd2l.text.vocabulary import UNKNOWN, count_words, learn_vocabulary, make_word_table

FIT_CHUNK = 16384


class WordIds(Transform):
    """Tokenizes texts into words: they become ids of one vocabulary, ragged (batch, words).

    Words are what stands between white space. The vocabulary and how often train holds each of its tokens are learned
    on the train split.

    Args:
        keys: The texts.
        min_frequency: A word seen more rarely in train is unknown.
        max_size: Tokens of the vocabulary, reserved ones included; None sets no limit.
        lowercase: Tell no capitals from small letters.
        reserved: Tokens that come first in the vocabulary; the unknown one, `<unk>` or `[UNK]`, is one of them. A text
            may spell them, in capitals or not.
        vocabulary: None learns one; `run:RUN_ID` takes that of an earlier run.
        spelled: Pass on the words of served texts themselves too, for `subwords`.

    Raises:
        ValueError: A frequency below 1, or no unknown token.

    Example:
        >>> from tfd2l.stages.word_ids import WordIds
        >>> stage = WordIds(keys=["text"], min_frequency=2)
        >>> stage.fit(tf.data.Dataset.from_tensor_slices({"text": ["a b b", "a c"]}))
        >>> stage.transform({"text": tf.constant(["b a c"])})["text"]
        <tf.RaggedTensor [[2, 1, 0]]>

    References:
        - Section 14.3 (frequency 10, `<unk>` alone), section 14.9 (frequency 5, lower-cased).
    """

    provides = (Vocabulary,)

    @check_bounds
    def __init__(
        self,
        keys: list[str],
        min_frequency: PositiveInt = 5,
        max_size: int | None = None,
        lowercase: bool = False,
        reserved: list[str] | None = None,
        vocabulary: str | None = None,
        spelled: bool = False,
    ) -> None:
        self.keys = self.reads = keys
        self.min_frequency = min_frequency
        self.max_size = max_size
        self.lowercase = lowercase
        self.reserved = (UNKNOWN,) if reserved is None else tuple(reserved)
        self.vocabulary = vocabulary
        self.spelled = spelled
        unknown = [token for token in self.reserved if token in (UNKNOWN, wordpiece.UNKNOWN)]
        if len(unknown) != 1:
            raise ValueError(
                f"One reserved token stands for unknown words: {UNKNOWN} or {wordpiece.UNKNOWN}. "
                f"Received: reserved={list(self.reserved)}"
            )
        (self.unknown,) = unknown
        self.tokens: tuple[str, ...] = ()
        self.frequencies: tuple[int, ...] = ()
        self._table: tf.lookup.StaticHashTable | None = None

    def fit(self, train: tf.data.Dataset) -> None:
        chunks = train.batch(FIT_CHUNK)
        frequency = count_words(self._cased(chunk[key]) for chunk in chunks for key in self.keys)
        if self.vocabulary is None:
            tokens = learn_vocabulary(frequency, self.min_frequency, self.reserved, self.max_size)
        else:
            tokens = wordpiece.load_vocabulary(self.vocabulary)
        self.tokens = tuple(tokens)
        self.frequencies = _frequencies(self.tokens, frequency, self.unknown)
        self._table = make_word_table(tokens, self.unknown, unspoken=())
        self.resources = (self._table,)

    def bind(self, info: DataInfo) -> DataInfo:
        return info.with_fact(Vocabulary(self.tokens, self.frequencies))

    def transform(self, examples: Examples) -> Examples:
        spelled = find_special_ids([token for token in self.reserved if token != self.unknown], self.tokens)
        return {
            **examples,
            **{key: tokenize_with_special_tokens(examples[key], self._lookup, spelled) for key in self.keys},
        }

    def _lookup(self, texts: tf.Tensor) -> tf.RaggedTensor:
        if self._table is None:
            raise ValueError(f"WordIds has no vocabulary yet: call fit(train) first. Received: {self!r}")
        return self._table.lookup(tf.strings.split(self._cased(texts)))

    def serve(self, examples: Examples) -> Examples:
        words = {make_spelling_key(key): tf.strings.split(self._cased(examples[key])) for key in self.keys}
        return {**self.transform(examples), **(words if self.spelled else {})}

    def _cased(self, texts: tf.Tensor) -> tf.Tensor:
        return tf.strings.lower(texts, encoding="utf-8") if self.lowercase else texts


def make_spelling_key(key: str) -> str:
    """Returns the key of the words themselves, beside the one of their ids."""
    return f"{key}_spelled"


def _frequencies(tokens: tuple[str, ...], frequency: Counter[str], unknown: str) -> tuple[int, ...]:
    """Of every token; all words that the vocabulary does not hold are the unknown one."""
    known = {token: frequency[token] for token in tokens if token != unknown}
    rest = frequency.total() - sum(known.values())
    return tuple(rest if token == unknown else known[token] for token in tokens)
