"""Clean text as the book does."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.stages.stage import Examples, Transform

WHITE_SPACE = r"[\s\v\x1c-\x1f\x{85}\pZ]+"  # Python's and Unicode's; RE2's own \s is ASCII alone


class CleanText(Transform):
    """Drop parentheses, fold white space, lower-case (section 15.4, `extract_text`).

    Arguments:
        keys: the texts to clean.
        lower: also lower-case them (Unicode).
    """

    def __init__(self, keys: list[str], lower: bool = True) -> None:
        self.keys = self.reads = keys
        self.lower = lower

    def transform(self, examples: Examples) -> Examples:
        return {**examples, **{key: self._clean(examples[key]) for key in self.keys}}

    def _clean(self, text: tf.Tensor) -> tf.Tensor:  # text: (batch,) strings
        text = tf.strings.regex_replace(text, r"[()]", "")
        text = tf.strings.strip(tf.strings.regex_replace(text, WHITE_SPACE, " "))
        return tf.strings.lower(text, encoding="utf-8") if self.lower else text
