"""Decodes logits at masked positions into tokens."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.text.wordpiece import MASK, SPECIAL_TOKENS


class FillMasks:
    """Decodes logits at masked positions into the most probable tokens.

        filled          the text with the likeliest token at each mask (text)
        tokens          the k likeliest (texts); for several masks, the j-th likeliest of each, with blanks between
        probabilities   of those: of a token, or of the j-th ones together (masks are filled independently)
        next_sentence   probability that what follows a [SEP] in the text is its next sentence; without one it means
                        nothing

    Special tokens are no answers. A text without a mask stays as it is.

    Args:
        data: its vocabulary names the tokens, its input is the text.
        k: how many.

    Raises:
        ValueError: k below 1.
    """

    def __init__(self, data: DataInfo, k: PositiveInt = 5) -> None:
        if k < 1:
            raise ValueError(f"k counts from 1 up. Received: k={k}")
        self.vocabulary = data.fact(Vocabulary).tokens
        (self.key,) = data.inputs
        self.k = k

    def __call__(self, outputs: Any, inputs: Any) -> dict[str, tf.Tensor]:
        logits = tf.cast(outputs["masked_ids"], tf.float32)  # (batch, masks, vocabulary)
        special = [token in SPECIAL_TOKENS for token in self.vocabulary]
        probabilities = tf.nn.softmax(tf.where(special, logits.dtype.min, logits))
        likely = tf.math.top_k(probabilities, min(self.k, len(self.vocabulary) - sum(special)))
        real = outputs["masked_positions"] > 0  # (batch, masks)
        tokens = tf.gather(tf.constant(self.vocabulary), likely.indices)  # (batch, masks, k)
        each = tf.where(real[..., tf.newaxis], likely.values, 1.0)
        by_rank = tf.transpose(tf.where(real[..., tf.newaxis], tokens, ""), [0, 2, 1])  # (batch, k, masks)
        return {
            "filled": self._filled(inputs[self.key], tf.where(real, tokens[..., 0], "")),
            "tokens": tf.strings.strip(tf.strings.reduce_join(by_rank, axis=-1, separator=" ")),
            "probabilities": tf.reduce_prod(each, axis=1),  # (batch, k)
            "next_sentence": tf.nn.softmax(tf.cast(outputs["is_next"], tf.float32))[:, 1],
        }

    def _filled(self, texts: tf.Tensor, best: tf.Tensor) -> tf.Tensor:
        """Texts, (batch,), with a token at each mask, (batch, masks)."""
        marked = tf.strings.regex_replace(texts, f"(?i)\\[{MASK[1:-1]}\\]", MASK)
        between = tf.strings.split(marked, MASK).to_tensor("")  # (batch, masks + 1)
        masks = tf.maximum(tf.shape(between)[1], tf.shape(best)[1])
        between = tf.pad(between, [[0, 0], [0, masks - tf.shape(between)[1]]], constant_values="")
        best = tf.pad(best, [[0, 0], [0, masks - tf.shape(best)[1]]], constant_values="")
        in_turn = tf.reshape(tf.stack([between, best], axis=2), [tf.shape(texts)[0], -1])
        return tf.strings.reduce_join(in_turn, axis=1)
