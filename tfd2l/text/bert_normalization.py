"""The form that BERT brings text to before it splits it into WordPiece tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import tensorflow as tf
import tensorflow_text as tf_text

CHUNK_SIZE = 4096  # texts that are normalized at once


def normalize_bert(texts: tf.Tensor) -> tf.Tensor:
    """Folds white space, and removes control characters, accents and upper case, in the graph.

    It is the only place where this is done: vocabularies are learned from what it returns, and texts are split after
    it. Lower case is Unicode's with its context, as Python's `str.lower` and the original BERT have it: a capital sigma
    at the end of a word becomes a final one. (The `tokenizers` package lower-cases each character by itself; KerasHub
    folds more, Hangul and the sharp s for instance.)

    Args:
        texts: (n,) strings in UTF-8; bytes that are not are left out.

    Returns:
        (n,) strings.
    """
    texts = tf.strings.regex_replace(texts, r"[\t\n\r\pZ]+", " ")
    texts = tf.strings.regex_replace(texts, r"[\pC\x{FFFD}]+", "")  # control characters
    texts = tf.strings.regex_replace(tf_text.normalize_utf8(texts, "NFD"), r"\p{Mn}+", "")  # accents
    return tf.strings.lower(texts, encoding="utf-8")


def normalize_texts(texts: Iterable[str]) -> Iterator[str]:
    """Yields each text as `normalize_bert` returns it."""
    texts = iter(texts)
    while chunk := list(islice(texts, CHUNK_SIZE)):
        yield from (text.decode("utf-8") for text in normalize_bert(tf.constant(chunk)).numpy())
