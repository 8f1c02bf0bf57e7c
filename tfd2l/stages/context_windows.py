"""Center words and their context windows, for word2vec."""

from __future__ import annotations

from typing import Literal

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.ops.text.context_windows import PADDING_ID, extract_context_windows
from tfd2l.stages.base.known_words import KnownWords
from tfd2l.stages.base.random_stage import RandomStage
from tfd2l.stages.base.stage import Examples


class ContextWindows(KnownWords, RandomStage):
    """Takes each word of a corpus with a random window of words around it, for skip-gram or CBOW.

    Chunks of sentences become chunks of inputs (`words`) and targets (`targets`).

    Every word is a center once; its context is what stands at most w words away in its sentence, w drawn from 1 to
    `window` anew for each center and epoch. Words without a context (alone in a sentence) are left out.

        skip_gram: words (n, 1, 1, 1) the center, targets (n, 2 window) its context
        cbow: words (n, 1, 2 window, 1) the context, targets (n, 1) the center

    -1 is padding, where there is no word. (`words` has a dimension for several centers in a row, and one for the
    pieces of a word.) Served, `text` is (batch, words, 1), without unknown words.

    Args:
        architecture: What predicts what.
        window: The greatest width.
        key: Of the chunks, ragged (sentences, words) ids.

    Raises:
        ValueError: A window below 1.

    References:
        - Mikolov et al. 2013.
        - Sections 14.1, 14.3.
    """

    resizes = True

    @check_bounds
    def __init__(
        self, architecture: Literal["skip_gram", "cbow"] = "skip_gram", window: PositiveInt = 5, key: str = "text"
    ) -> None:
        super().__init__(key)
        self.architecture = architecture
        self.window = window

    def draw(self, example: Examples, seed: tf.Tensor) -> Examples:
        sentences = example[self.key]  # ragged (sentences, words), n words in all
        widths = tf.random.stateless_uniform([tf.size(sentences.values)], seed, 1, self.window + 1, tf.int32)
        contexts = extract_context_windows(sentences, widths, self.window)  # (n, 2 window)
        some = tf.reduce_any(contexts != PADDING_ID, axis=1)
        contexts, centres = tf.boolean_mask(contexts, some), tf.boolean_mask(sentences.values, some)
        inputs, targets = (
            (centres[:, None], contexts) if self.architecture == "skip_gram" else (contexts, centres[:, None])
        )
        return {"words": inputs[:, None, :, None], "targets": targets}
