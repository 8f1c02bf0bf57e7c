"""Text normalization."""

from __future__ import annotations

import re

import tensorflow as tf

from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.transforms import Transform

WHITE_SPACE = r"[\s\v\x1c-\x1f\x{85}\pZ]+"  # Python's and Unicode's; RE2's own \s is ASCII alone


class CleanText(Transform):
    """Normalizes texts: white space, and optionally parentheses, punctuation and case.

    No-break spaces are white space too.

    Inference (section 15.4, `extract_text`) drops parentheses; translation (section 9.5, `preprocess_nmt`) keeps them
    and sets `,.!?` apart.

    Args:
        keys: The texts to clean; one that is only learned from (a translation) does not come when the model is served.
        lower: Lower-case them (Unicode).
        drop_parentheses: Leave `(` and `)` out.
        set_apart: Characters that become words of their own where they follow one: ",.!?" makes "Go." into "go .".

    Example:
        >>> from tfd2l.stages.clean_text import CleanText
        >>> stage = CleanText(["text"], lower=True)
        >>> stage.transform({"text": tf.constant(["  Go   on  "])})["text"].numpy()
        array([b'go on'], dtype=object)
    """

    def __init__(self, keys: list[str], lower: bool = True, drop_parentheses: bool = True, set_apart: str = "") -> None:
        self.keys = self.reads = keys
        self.lower = lower
        self.drop_parentheses = drop_parentheses
        self.set_apart = set_apart

    def transform(self, examples: Examples) -> Examples:
        return {**examples, **{key: self.clean(examples[key]) for key in self.keys if key in examples}}

    def clean(self, text: tf.Tensor) -> tf.Tensor:
        """The clean form of texts, (batch,) strings."""
        if self.drop_parentheses:
            text = tf.strings.regex_replace(text, r"[()]", "")
        if self.set_apart:
            text = tf.strings.regex_replace(text, f"([{re.escape(self.set_apart)}])", r" \1")
        text = tf.strings.strip(tf.strings.regex_replace(text, WHITE_SPACE, " "))
        return tf.strings.lower(text, encoding="utf-8") if self.lower else text
