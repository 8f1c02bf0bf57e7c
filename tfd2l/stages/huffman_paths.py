"""Paths of words in a Huffman tree, for hierarchical softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.ops.text.context_windows import PADDING_ID
from tfd2l.stages.base.known_words import get_known_frequencies
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.text.huffman import HuffmanTree, build_huffman_tree


class HuffmanPaths(Stage):
    """Looks up the path to each target word in a Huffman tree, for training word vectors with hierarchical softmax.

    Batches of `words` and `targets` become batches that ask how the path to the target turns, node by node.

    P(w | context) = prod over inner nodes n on the path to w of sigmoid(+- u_n . h), + to the left child: a model that
    scores candidates u_n . h learns it as it learns negative samples. Over all words it sums to 1.

    x: words (batch, 1, ...), candidates (batch, targets x depth): the inner nodes on the way to each target. y: 1 where
    the path turns to the left. Weights: 1, 0 where there is no node. Both (batch, 1, targets x depth).

    The tree is made of the frequencies in train; an unknown word is in it, as a word that never comes.

    References:
        - Mikolov et al. 2013.
        - Section 14.2.
    """

    reads = ("words", "targets")

    def __init__(self) -> None:
        self.tree: HuffmanTree | None = None

    def bind(self, info: DataInfo) -> DataInfo:
        self.tree = build_huffman_tree(get_known_frequencies(info, self))
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return ds.map(self.paths, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def paths(self, example: Examples) -> Any:
        """One batch after this stage, in the graph."""
        assert self.tree is not None, "bind the stage first"
        targets = example["targets"]  # (batch, targets)
        there = (targets != PADDING_ID)[:, :, None]
        word = tf.maximum(targets, 0)
        width = targets.shape[1] * self.tree.nodes.shape[1]

        def along(values: np.ndarray) -> tf.Tensor:
            found = tf.where(there, tf.gather(tf.constant(values), word), PADDING_ID)  # (batch, targets, depth)
            return tf.reshape(found, [-1, width])

        nodes, turns = along(self.tree.nodes), along(self.tree.turns)
        weights = tf.cast(nodes != PADDING_ID, tf.float32)
        labels = tf.cast(tf.maximum(turns, 0), tf.float32)
        x = {"words": example["words"], "candidates": tf.maximum(nodes, 0)}
        return x, labels[:, None, :], weights[:, None, :]
