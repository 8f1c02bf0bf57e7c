"""Every exact figure of chapter 14, computed by the public components."""

from __future__ import annotations

import string
from itertools import islice

import tensorflow as tf

from tfd2l.text.bpe import byte_pairs
from tfd2l.text.segmentation import LongestMatch, MergeOrder, until_unknown


def test_14_6_byte_pairs(figure):
    frequencies = {"fast_": 4, "faster_": 3, "tall_": 5, "taller_": 4}
    symbols = [*string.ascii_lowercase, "_", "[UNK]"]
    figure("14.6", "symbols at first", 28, len(symbols))
    merges = list(islice(byte_pairs(frequencies), 10))
    book = "t,a ta,l tal,l f,a fa,s fas,t e,r er,_ tall,_ fast,_"
    figure("14.6", "merges in their order", book, " ".join(map(",".join, merges)))
    symbols += ["".join(pair) for pair in merges]
    figure("14.6", "symbols after ten merges", 38, len(symbols))

    def told(ids):
        return [" ".join(symbols[id] for id in row) for row in ids.to_list()]

    words = told(MergeOrder(symbols, merges)(tf.constant(list(frequencies))))
    figure("14.6", "words as they are divided", ["fast_", "fast er_", "tall_", "tall er_"], words)
    longest = LongestMatch(symbols)
    tokens = told(longest(tf.constant(["tallest_", "fatter_"])))
    figure("14.6", "tallest_ and fatter_ by the longest match", ["tall e s t _", "fa t t er_"], tokens)
    rest = told(until_unknown(longest(tf.constant(["tall-est_"])), symbols.index("[UNK]")))
    figure("14.6", "one [UNK] for a rest that does not fit", ["tall [UNK]"], rest)
