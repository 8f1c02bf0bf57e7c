"""Special tokens in texts, such as "the [MASK] is flying"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import tensorflow as tf
import tensorflow_text as tf_text

from tfd2l.errors import ConfigError, did_you_mean

NONE = -1


def find_special_ids(tokens: Sequence[str], vocabulary: Sequence[str]) -> dict[str, int]:
    """Looks up the ids of special tokens of the configuration.

    Args:
        tokens: The special tokens.
        vocabulary: The tokens of the vocabulary in the order of their ids.

    Returns:
        Token -> id.

    Raises:
        ConfigError: The vocabulary does not hold a token.

    Example:
        >>> from tfd2l.text.special_tokens import find_special_ids
        >>> find_special_ids(["[MASK]"], vocabulary=["[PAD]", "[MASK]", "the"])
        {'[MASK]': 1}
    """
    for token in tokens:
        if token not in vocabulary:
            raise ConfigError(
                f"special_tokens must be tokens of the vocabulary.{did_you_mean(token, vocabulary)} "
                f"Received: special_tokens={list(tokens)}, a vocabulary of {len(vocabulary)} tokens without {token!r}"
            )
    return {token: vocabulary.index(token) for token in tokens}


def require_token_ids(tokens: Sequence[str], vocabulary: Sequence[str], stage: str) -> dict[str, int]:
    """Looks up the ids of tokens that a stage needs.

    Args:
        tokens: The tokens, at least two.
        vocabulary: The tokens of the vocabulary in the order of their ids.
        stage: The name of the stage, for the error.

    Returns:
        Token -> id.

    Raises:
        ConfigError: The vocabulary does not hold a token: no tokenizing stage comes before.

    Example:
        >>> from tfd2l.text.special_tokens import require_token_ids
        >>> require_token_ids(["[CLS]", "[SEP]"], vocabulary=["[SEP]", "[CLS]", "the"], stage="pack_pair")
        {'[CLS]': 1, '[SEP]': 0}
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
    """Tokenizes texts in which some spellings, in upper or lower case, stand for one token each; in the graph.

    Args:
        texts: A string tensor of shape `(batch,)`.
        tokenize: A function that maps strings `(texts,)` to ragged ids `(texts, tokens)`, for what lies between special
            tokens.
        special: Spelling -> id.

    Returns:
        A ragged tensor of shape `(batch, tokens)`: the ids.
    """
    if not special:
        return tokenize(texts)
    pattern = f"(?i){'|'.join(map(re.escape, special))}"
    pieces = tf_text.regex_split(texts, pattern, keep_delim_regex_pattern=pattern)  # ragged (batch, pieces)
    flat = pieces.flat_values  # (all pieces,)
    ids = tf.fill(tf.shape(flat), NONE)
    for spelling, id in special.items():
        ids = tf.where(tf.strings.regex_full_match(flat, f"(?i){re.escape(spelling)}"), id, ids)
    is_special = ids != NONE
    tokens = tokenize(tf.where(is_special, "", flat))  # ragged (all pieces, tokens)
    single = tf.RaggedTensor.from_row_lengths(
        tf.cast(tf.boolean_mask(ids, is_special), tokens.dtype), tf.cast(is_special, tf.int64)
    )
    return pieces.with_flat_values(tf.concat([tokens, single], axis=1)).merge_dims(1, 2)
