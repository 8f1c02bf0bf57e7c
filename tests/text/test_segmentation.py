"""Words as tokens in the graph: against the `tokenizers` package, and against loops in Python."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from tokenizers import Tokenizer, models

from tfd2l.text.bpe import learn_bpe
from tfd2l.text.longest_match_segmenter import LongestMatchSegmenter
from tfd2l.text.merge_segmenter import MergeSegmenter
from tfd2l.text.segmentation import segment_words, truncate_at_unknown
from tfd2l.text.wordpiece import UNKNOWN

ODD = ["", "a", "日本", "a日b", "naïve_", "_", "😀😀", "aaaaaaa", "e\u0301", "[UNK]", "ab" * 40]


@pytest.fixture(scope="module")
def learned():
    random = np.random.default_rng(0)
    words = {"".join(random.choice(list("aabcde"), random.integers(1, 14))) + "_": int(n) for n in range(1, 400)}
    return learn_bpe(words, size=300, min_frequency=1), list(words)


@pytest.fixture(scope="module")
def unseen():
    random = np.random.default_rng(1)
    return ["".join(random.choice(list("aabcdez"), random.integers(1, 20))) + "_" for _ in range(400)]


def segmented(segmenter, words):
    """In a graph, as they are served."""
    run = tf.function(lambda words: segmenter(words), input_signature=[tf.TensorSpec([None], tf.string)])
    return run(tf.constant(words)).to_list()


def longest_match(word, tokens):
    """The book's `segment_BPE`, but that it goes on behind a character that no token begins with."""
    output, start = [], 0
    while start < len(word):
        ends = [end for end in range(len(word), start, -1) if word[start:end] in tokens]
        output.append(word[start : ends[0]] if ends else UNKNOWN)
        start = ends[0] if ends else start + 1
    return output


def test_merge_segmenter_agrees_with_the_tokenizers_package(learned, unseen):
    byte_pairs, words = learned
    ids = {token: id for id, token in enumerate(byte_pairs.tokens)}
    other = Tokenizer(models.BPE(ids, list(byte_pairs.merges), unk_token=UNKNOWN))
    words = [*words, *unseen, *ODD]
    expected = [encoding.ids for encoding in other.encode_batch(words)]
    expected[words.index("[UNK]")] = [ids[UNKNOWN]] * 5  # five characters; the package takes it for the token
    assert segmented(MergeSegmenter(*_parts(byte_pairs)), words) == expected


def test_longest_match_segmenter_agrees_with_a_loop(learned, unseen):
    byte_pairs, words = learned
    tokens = [token for token in byte_pairs.tokens if token != "a" and not token.startswith(("aa", "cd"))]
    words = [*words, *unseen, *ODD]
    expected = [[tokens.index(token) for token in longest_match(word, set(tokens) - {UNKNOWN})] for word in words]
    assert segmented(LongestMatchSegmenter(tokens), words) == expected
    assert any(tokens.index(UNKNOWN) in row for row in expected[: len(learned[1])])  # a fits nowhere alone


def test_words_are_truncated_after_the_first_unknown():
    tokens = ["[UNK]", "a", "b"]
    words = tf.constant(["abxa", "xxab", "ab", "", "axbx"])
    for segmenter in (LongestMatchSegmenter(tokens), MergeSegmenter(tokens, [])):
        assert segmenter(words).to_list() == [[1, 2, 0, 1], [0, 0, 1, 2], [1, 2], [], [1, 0, 2, 0]]
        assert truncate_at_unknown(segmenter(words), 0).to_list() == [[1, 2, 0], [0], [1, 2], [], [1, 0]]


def test_many_words_keep_their_order(learned, unseen):
    byte_pairs, words = learned
    segmenter = MergeSegmenter(*_parts(byte_pairs))
    many = [*unseen, *words] * 7  # more than a block
    assert segment_words(segmenter, many).to_list() == segmented(segmenter, [*unseen, *words]) * 7


def _parts(byte_pairs):
    return byte_pairs.tokens, byte_pairs.merges
