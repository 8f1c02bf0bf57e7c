"""Every exact figure of sections 14.6 (byte pairs) and 14.7, computed by the public components."""

from __future__ import annotations

import string
from itertools import islice

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.readers.vector_files import find_vector_file
from tfd2l.text.analogies import solve_analogy
from tfd2l.text.bpe import iterate_merges
from tfd2l.text.longest_match_segmenter import LongestMatchSegmenter
from tfd2l.text.merge_segmenter import MergeSegmenter
from tfd2l.text.nearest_neighbors import find_nearest_words, normalize_vectors
from tfd2l.text.segmentation import truncate_at_unknown
from tfd2l.text.vector_files import load_vectors

ANALOGIES = {
    ("man", "woman", "son"): "daughter",
    ("beijing", "china", "tokyo"): "japan",
    ("bad", "worst", "big"): "biggest",
    ("do", "did", "go"): "went",
}
NEIGHBOURS = {
    "chip": {"chips": 0.856, "intel": 0.749, "electronics": 0.749},
    "baby": {"babies": 0.839, "boy": 0.800, "girl": 0.792},
    "beautiful": {"lovely": 0.921, "gorgeous": 0.893, "wonderful": 0.830},
}


def test_14_6_byte_pairs(figure):
    frequencies = {"fast_": 4, "faster_": 3, "tall_": 5, "taller_": 4}
    symbols = [*string.ascii_lowercase, "_", "[UNK]"]
    figure("14.6", "symbols at first", 28, len(symbols))
    merges = list(islice(iterate_merges(frequencies), 10))
    book = "t,a ta,l tal,l f,a fa,s fas,t e,r er,_ tall,_ fast,_"
    figure("14.6", "merges in their order", book, " ".join(map(",".join, merges)))
    symbols += ["".join(pair) for pair in merges]
    figure("14.6", "symbols after ten merges", 38, len(symbols))

    def told(ids):
        return [" ".join(symbols[id] for id in row) for row in ids.to_list()]

    words = told(MergeSegmenter(symbols, merges)(tf.constant(list(frequencies))))
    figure("14.6", "words as they are divided", ["fast_", "fast er_", "tall_", "tall er_"], words)
    longest = LongestMatchSegmenter(symbols)
    tokens = told(longest(tf.constant(["tallest_", "fatter_"])))
    figure("14.6", "tallest_ and fatter_ by the longest match", ["tall e s t _", "fa t t er_"], tokens)
    rest = told(truncate_at_unknown(longest(tf.constant(["tall-est_"])), symbols.index("[UNK]")))
    figure("14.6", "one [UNK] for a rest that does not fit", ["tall [UNK]"], rest)


def answered(vectors):
    """The book's analogies, by its formula (vectors as they are) and by 3CosAdd (brought to length 1)."""
    for normalize in (False, True):
        yield [solve_analogy(vectors, *question, normalize=normalize)[0][0] for question in ANALOGIES]


def test_14_7_similarity_and_analogy_by_the_2000_most_frequent_words(figure, shared_data):
    """The words of all four analogies are among them; chip, baby and beautiful are not."""
    vectors = load_vectors(shared_data / "glove_50d_2000" / "glove.6B.50d.top2000.txt")
    for found in answered(vectors):
        figure("14.7", "the four analogies", list(ANALOGIES.values()), found)
    assert vectors.find_all(NEIGHBOURS) == [None] * 3


def test_14_7_1e_9_stands_inside_the_root(figure):
    tiny = np.array([[3e-5, 4e-5]], np.float32)  # |w|^2 = 2.5e-9
    figure("14.7", "w / sqrt(|w|^2 + 1e-9)", tiny / np.sqrt(3.5e-9), normalize_vectors(tf.constant(tiny)), 1e-6)


def test_14_7_similarity_and_analogy(figure, shared_data):
    path = next(
        (shared_data / name for name in ("glove.6B.50d", "glove.6B.50d.zip") if (shared_data / name).exists()), None
    )
    if path is None:
        pytest.skip(f"no glove.6B.50d, the folder or zip of the book's archive, in {shared_data}")
    vectors = load_vectors(find_vector_file(path))
    figure("14.7", "words, with <unk>", 400001, len(vectors))
    figure("14.7", "the row of `beautiful`, and the word of row 3367", 3367, vectors.ids["beautiful"])
    assert vectors.tokens[3367] == "beautiful"
    for found, (word, expected) in zip(
        find_nearest_words(vectors, list(NEIGHBOURS), k=3), NEIGHBOURS.items(), strict=True
    ):
        figure("14.7", f"words nearest to {word}", list(expected), [name for name, _ in found])
        figure("14.7", f"their cosines with {word}", list(expected.values()), [cosine for _, cosine in found], 6e-4)
    for found in answered(vectors):
        figure("14.7", "the four analogies", list(ANALOGIES.values()), found)
