"""Decodes a language model's continuation of a text by sampling."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import NonNegativeFloat, PositiveInt, Seed
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.models.base.protocols import HasNextTokenLogits, require_model
from tfd2l.text.wordpiece import SEP, SPECIAL_TOKENS


class Sample:
    """Decodes a continuation of a text by sampling: `text`, `continuation` and its `log_probability`.

    Each token is drawn from softmax(logits / temperature) among the likeliest `top_k`; [SEP] ends it. What is drawn
    hangs on the seed and the text alone: every text of a batch meets the same random numbers.

    Args:
        data: its vocabulary names the tokens, its input is the text.
        model: a causal language model.
        max_tokens: at most so many are written; no text grows longer than the model has positions.
        temperature: 0 always takes the likeliest token, 1 draws as the model says, more draws wilder.
        top_k: so many tokens may be drawn; None lets all.
        seed: another seed writes something else.

    Raises:
        ValueError: a number below 1, or a negative temperature.
        ComponentError: the model is not causal.

    References:
        Fan et al. 2018, *Hierarchical Neural Story Generation*, for top-k.
    """

    def __init__(
        self,
        data: DataInfo,
        model: keras.Model,
        max_tokens: PositiveInt = 20,
        temperature: NonNegativeFloat = 1.0,
        top_k: PositiveInt | None = 20,
        seed: Seed = 0,
    ) -> None:
        if max_tokens < 1 or (top_k is not None and top_k < 1):
            raise ValueError(f"numbers count from 1 up. Received: max_tokens={max_tokens}, top_k={top_k}")
        if temperature < 0:
            raise ValueError(f"a temperature is from 0 up. Received: temperature={temperature}")
        self.model = require_model(model, HasNextTokenLogits, "decoder.sample")
        self.vocabulary = data.fact(Vocabulary).tokens
        (self.key,) = data.inputs
        self.max_tokens = max_tokens
        self.temperature = temperature
        self.top_k = min(top_k or len(self.vocabulary), len(self.vocabulary))
        self.seed = seed
        self._end = self.vocabulary.index(SEP)
        self._unwritten = [token in SPECIAL_TOKENS and token != SEP for token in self.vocabulary]

    def __call__(self, outputs: Any, inputs: Any) -> dict[str, tf.Tensor]:
        lengths = tf.reduce_sum(outputs["padding_mask"], axis=1) - 1  # without the [SEP] that ends what was given
        positions = self.model.sizes["max_length"]
        ids = outputs["token_ids"][:, :positions]
        ids = tf.pad(ids, [[0, 0], [0, positions - tf.shape(ids)[1]]])  # (batch, positions)
        zeros = tf.zeros(tf.shape(lengths))
        state = (tf.constant(0), ids, lengths, lengths >= positions, zeros)
        _, ids, ends, _, log_p = tf.while_loop(
            lambda step, ids, ends, done, log_p: (step < self.max_tokens) & ~tf.reduce_all(done), self._write, state
        )
        place = tf.range(positions)
        new = (place >= lengths[:, tf.newaxis]) & (place < ends[:, tf.newaxis])  # (batch, positions)
        words = tf.ragged.boolean_mask(tf.gather(tf.constant(self.vocabulary), ids), new)
        continuation = tf.strings.regex_replace(tf.strings.reduce_join(words, axis=-1, separator=" "), "(^| )##", "")
        text = tf.strings.strip(tf.strings.join([inputs[self.key], continuation], separator=" "))
        return {"text": text, "continuation": continuation, "log_probability": log_p}

    def _write(self, step: tf.Tensor, ids: tf.Tensor, ends: tf.Tensor, done: tf.Tensor, log_p: tf.Tensor) -> Any:
        """One token more for every text that goes on."""
        hidden = self.model.hidden(ids, training=False)
        last = tf.gather(hidden, ends - 1, batch_dims=1)  # (batch, hiddens)
        logits = tf.cast(self.model.logits(last), tf.float32)  # (batch, vocabulary)
        logits = tf.where(self._unwritten, logits.dtype.min, logits)
        likely = tf.math.top_k(logits, self.top_k)  # (batch, k)
        noise = tf.random.stateless_uniform([1, self.top_k], tf.stack([self.seed, step]), 1e-9, 1.0)
        gumbel = -tf.math.log(-tf.math.log(noise))  # argmax(logits + gumbel) is a draw from softmax(logits)
        chosen = tf.argmax(likely.values + self.temperature * gumbel, axis=1)
        token = tf.gather(likely.indices, chosen, batch_dims=1)  # (batch,)
        p = tf.gather(tf.nn.log_softmax(logits), token, batch_dims=1)
        writes = ~done & (token != self._end)
        here = tf.one_hot(ends, tf.shape(ids)[1], on_value=True, off_value=False) & writes[:, tf.newaxis]
        ids = tf.where(here, tf.cast(token, ids.dtype)[:, tf.newaxis], ids)
        log_p = log_p + tf.where(done, 0.0, p)
        ends = ends + tf.cast(writes, ends.dtype)
        return step + 1, ids, ends, ~writes | (ends >= tf.shape(ids)[1]), log_p
