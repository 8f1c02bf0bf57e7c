"""Huffman trees over a vocabulary, for hierarchical softmax."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class HuffmanTree:
    """A Huffman tree whose leaves are words.

    Its inner nodes are numbered from 0; the root is the last one.

    Args:
        nodes: An int32 array of shape `(words, depth)`: the inner nodes from the root down to each word, padded with
            -1.
        turns: An int32 array of shape `(words, depth)`: 1 where the path continues to the left child, 0 where to the
            right one, padded with -1.
    """

    nodes: np.ndarray
    turns: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """The number of inner nodes on each path, of shape `(words,)`.

        The book's L(w) counts the leaf too, and is one more.
        """
        return (self.nodes >= 0).sum(axis=1)


def build_huffman_tree(frequencies: Sequence[int] | np.ndarray) -> HuffmanTree:
    """Builds the Huffman tree of a vocabulary, which minimizes `sum_w count(w) length(w)`.

    Args:
        frequencies: The counts of at least two words, not negative.

    Returns:
        The tree.

    Raises:
        ValueError: There are fewer than two words.

    Example:
        >>> from tfd2l.text.huffman import build_huffman_tree
        >>> build_huffman_tree([5, 2, 1]).lengths
        array([1, 2, 2])

    References:
        - Huffman, 1952, *A Method for the Construction of Minimum-Redundancy Codes*.
        - Morin and Bengio, 2005, *Hierarchical Probabilistic Neural Network Language Model*.
        - *Dive into Deep Learning*, section 14.2.
    """
    count = len(frequencies)
    if count < 2:
        raise ValueError(f"A Huffman tree has at least two words. Received: {count}")
    heap = [(int(frequency), word) for word, frequency in enumerate(frequencies)]
    heapq.heapify(heap)
    parents = np.zeros(2 * count - 1, np.int64)  # of leaves, then of inner nodes
    is_left = np.zeros(2 * count - 1, np.int32)
    for inner in range(count, 2 * count - 1):
        low, left = heapq.heappop(heap)
        high, right = heapq.heappop(heap)
        parents[[left, right]] = inner
        is_left[left] = 1
        heapq.heappush(heap, (low + high, inner))
    paths: list[list[int]] = [[]] * (2 * count - 1)  # inner nodes from the root down
    turns: list[list[int]] = [[]] * (2 * count - 1)
    for node in reversed(range(2 * count - 2)):  # a parent has a greater number than its children
        parent = int(parents[node])
        paths[node] = [*paths[parent], parent - count]
        turns[node] = [*turns[parent], int(is_left[node])]
    return HuffmanTree(_pad(paths[:count]), _pad(turns[:count]))


def _pad(rows: Sequence[Sequence[int]]) -> np.ndarray:
    padded = np.full((len(rows), max(map(len, rows))), -1, np.int32)
    for row, values in zip(padded, rows, strict=True):
        row[: len(values)] = values
    return padded
