"""Text normalization of BERT, before WordPiece tokenization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import tensorflow as tf
import tensorflow_text as tf_text

CHUNK_SIZE = 4096  # texts that are normalized at a time


def normalize_bert(texts: tf.Tensor) -> tf.Tensor:
    """Normalizes texts as uncased BERT does, in the graph.

    White space is collapsed to single spaces; control characters, accents and upper case are removed. Vocabularies are
    learned from the result, and texts are tokenized after it, so this is the only place of normalization. Lower case
    follows Unicode's context rules, as Python's `str.lower` and the original BERT do: a capital sigma at the end of a
    word becomes a final one. (The `tokenizers` package lower-cases each character by itself; KerasHub folds more, for
    example Hangul and the sharp s.)

    Args:
        texts: A string tensor of shape `(n,)` in UTF-8. Bytes that are not UTF-8 are dropped.

    Returns:
        A string tensor of shape `(n,)`.

    Example:
        >>> from tfd2l.text.bert_normalization import normalize_bert
        >>> normalize_bert(tf.constant(["Un  Café"])).numpy()
        array([b'un cafe'], dtype=object)

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
    """
    texts = tf.strings.regex_replace(texts, r"[\t\n\r\pZ]+", " ")
    texts = tf.strings.regex_replace(texts, r"[\pC\x{FFFD}]+", "")  # control characters
    texts = tf.strings.regex_replace(tf_text.normalize_utf8(texts, "NFD"), r"\p{Mn}+", "")  # accents
    return tf.strings.lower(texts, encoding="utf-8")


def normalize_texts(texts: Iterable[str]) -> Iterator[str]:
    """Yields each text as `normalize_bert` returns it.

    Args:
        texts: Texts, which are normalized in chunks.

    Yields:
        The normalized texts.
    """
    texts = iter(texts)
    while chunk := list(islice(texts, CHUNK_SIZE)):
        yield from (text.decode("utf-8") for text in normalize_bert(tf.constant(chunk)).numpy())
