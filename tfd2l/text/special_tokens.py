"""Special tokens that a person writes into a text: "the [MASK] is flying"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import tensorflow as tf
import tensorflow_text as tf_text

from tfd2l.errors import ConfigError, did_you_mean

NONE = -1


def find_special_ids(tokens: Sequence[str], vocabulary: Sequence[str]) -> dict[str, int]:
    """Token -> id.

    Raises:
        ConfigError: the vocabulary has no such token.
    """
    for token in tokens:
        if token not in vocabulary:
            raise ConfigError(
                f"special_tokens are tokens of the vocabulary.{did_you_mean(token, vocabulary)} "
                f"Received: special_tokens={list(tokens)}, a vocabulary of {len(vocabulary)} tokens without {token!r}"
            )
    return {token: vocabulary.index(token) for token in tokens}


def require_token_ids(tokens: Sequence[str], vocabulary: Sequence[str], stage: str) -> dict[str, int]:
    """Token -> id, of tokens without which a stage cannot do.

    Raises:
        ConfigError: the vocabulary lacks one: no tokenizing stage comes before.
    """
    missing = [token for token in tokens if token not in vocabulary]
    if missing:
        raise ConfigError(
            f"{stage} needs {', '.join(tokens[:-1])} and {tokens[-1]} in the vocabulary; put a tokenizing stage before "
            f"it. Received: a vocabulary of {len(vocabulary)} tokens without {', '.join(missing)}"
        )
    return {token: vocabulary.index(token) for token in tokens}


def tokenize_with_special_tokens(
    texts: tf.Tensor, tokenize: Callable[[tf.Tensor], tf.RaggedTensor], special: Mapping[str, int]
) -> tf.RaggedTensor:
    """Ids of texts, in which some spellings (in upper or lower case) stand for one token each; in the graph.

    Args:
        texts: (batch,) strings.
        tokenize: (texts,) strings -> ragged (texts, tokens) ids, for what lies between the special tokens.
        special: spelling -> id.

    Returns: ragged (batch, tokens) ids.
    """
    if not special:
        return tokenize(texts)
    spelled = f"(?i){'|'.join(map(re.escape, special))}"
    pieces = tf_text.regex_split(texts, spelled, keep_delim_regex_pattern=spelled)  # ragged (batch, pieces)
    flat = pieces.flat_values  # (all pieces,)
    ids = tf.fill(tf.shape(flat), NONE)
    for spelling, id in special.items():
        ids = tf.where(tf.strings.regex_full_match(flat, f"(?i){re.escape(spelling)}"), id, ids)
    is_special = ids != NONE
    tokens = tokenize(tf.where(is_special, "", flat))  # ragged (all pieces, tokens)
    alone = tf.RaggedTensor.from_row_lengths(
        tf.cast(tf.boolean_mask(ids, is_special), tokens.dtype), tf.cast(is_special, tf.int64)
    )
    return pieces.with_flat_values(tf.concat([tokens, alone], axis=1)).merge_dims(1, 2)
