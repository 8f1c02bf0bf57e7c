"""WordPiece tokenization."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import keras_hub
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform
from tfd2l.text.bert_normalization import normalize_bert
from tfd2l.text.special_tokens import find_special_ids, tokenize_with_special_tokens
from tfd2l.text.wordpiece import SPECIAL_TOKENS, UNKNOWN, learn_wordpiece, load_vocabulary

FIT_CHUNK = 4096
SMALLEST_VOCABULARY = len(SPECIAL_TOKENS) + 2  # one character, at the start of a word and inside it


class WordPiece(Transform):
    """Tokenizes texts into WordPiece tokens: they become token ids, ragged (batch, tokens).

    Words are split at white space and punctuation, lower-cased, then greedily into the longest known pieces
    (`##` marks a piece inside a word), as BERT does.

    Args:
        keys: The texts to split; all share one vocabulary.
        vocabulary_size: The size to learn on the train split.
        min_frequency: A pair of pieces seen more rarely is not joined.
        special_tokens: Those that a text may hold in so many words, to stand for themselves: `[MASK]` in one that is
            to be filled.
        vocabulary: None learns one; `preset:NAME_OR_FOLDER` (KerasHub) or `run:RUN_ID` takes that one's, so that
            pretrained weights and tokens fit. An experiment sets it to `${model.weights}`.

    Raises:
        ValueError: A vocabulary too small for the special tokens and a character.

    References:
        - Devlin et al. 2019, *BERT*.
        - Schuster and Nakajima 2012 for WordPiece.
    """

    provides = (Vocabulary,)

    @check_bounds
    def __init__(
        self,
        keys: list[str],
        vocabulary_size: PositiveInt = 8000,
        min_frequency: PositiveInt = 2,
        vocabulary: str | None = None,
        special_tokens: list[str] | None = None,
    ) -> None:
        if vocabulary_size < SMALLEST_VOCABULARY:
            raise ValueError(f"vocabulary_size counts from {SMALLEST_VOCABULARY} up. Received: {vocabulary_size}")
        self.keys = self.reads = keys
        self.vocabulary_size = vocabulary_size
        self.min_frequency = min_frequency
        self.vocabulary = vocabulary
        self.special_tokens = special_tokens or []
        self.tokens: Sequence[str] = ()
        self._tokenize: Callable[[tf.Tensor], tf.RaggedTensor] | None = None

    def fit(self, train: tf.data.Dataset) -> None:
        if self.vocabulary is not None:
            self.use(load_vocabulary(self.vocabulary))
        else:
            self.use(learn_wordpiece(self._texts(train), self.vocabulary_size, self.min_frequency))

    def use(self, tokens: Sequence[str]) -> None:
        """Take a vocabulary: tokens in the order of their ids."""
        self.tokens = tuple(tokens)
        special = find_special_ids(self.special_tokens, self.tokens)
        tokenizer = keras_hub.tokenizers.WordPieceTokenizer(vocabulary=list(tokens), oov_token=UNKNOWN)

        # Its graph takes half a second to trace: as a function of its own it is traced once, not once a split and key.
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def tokenize(texts: tf.Tensor) -> tf.RaggedTensor:
            return tokenize_with_special_tokens(texts, lambda some: tokenizer(normalize_bert(some)), special)

        self._tokenize = tokenize

    def transform(self, examples: Examples) -> Examples:
        if self._tokenize is None:
            raise ValueError(f"WordPiece has no vocabulary yet: call fit(train) first. Received: keys={self.keys}")
        return {**examples, **{key: self._tokenize(examples[key]) for key in self.keys}}

    def bind(self, info: DataInfo) -> DataInfo:
        return info.with_fact(Vocabulary(tuple(self.tokens)))

    def _texts(self, train: tf.data.Dataset) -> Iterator[str]:
        for chunk in train.batch(FIT_CHUNK).as_numpy_iterator():
            for key in self.keys:
                for text in chunk[key]:
                    yield text.decode("utf-8", errors="replace")
