"""Huffman trees over a vocabulary (section 14.2)."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class HuffmanTree:
    """A binary tree whose leaves are words; its inner nodes are numbered, the root last.

    Args:
        nodes: (words, depth) int32, the inner nodes from the root down to each word; -1 fills up.
        turns: (words, depth) int32, 1 where the path goes to the left child, 0 where to the right, -1 fills up.
    """

    nodes: np.ndarray
    turns: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """(words,) inner nodes on each path; the L(w) of the book counts the leaf too, and is one more."""
        return (self.nodes >= 0).sum(axis=1)


def build_huffman_tree(frequencies: Sequence[int] | np.ndarray) -> HuffmanTree:
    """The tree in which frequent words are few turns away: sum_w count(w) length(w) is as small as can be.

    Args:
        frequencies: (words,) at least two, not negative.

    Raises:
        ValueError: fewer than two words.

    Source: Huffman 1952; Morin and Bengio 2005 for the softmax; section 14.2.
    """
    count = len(frequencies)
    if count < 2:
        raise ValueError(f"A tree needs two words. Received: {count}")
    heap = [(int(frequency), word) for word, frequency in enumerate(frequencies)]
    heapq.heapify(heap)
    above = np.zeros(2 * count - 1, np.int64)  # of leaves, then of inner nodes
    is_left = np.zeros(2 * count - 1, np.int32)
    for inner in range(count, 2 * count - 1):
        low, left = heapq.heappop(heap)
        high, right = heapq.heappop(heap)
        above[[left, right]] = inner
        is_left[left] = 1
        heapq.heappush(heap, (low + high, inner))
    paths: list[list[int]] = [[]] * (2 * count - 1)  # from the root down, of inner nodes' numbers and turns
    turns: list[list[int]] = [[]] * (2 * count - 1)
    for node in reversed(range(2 * count - 2)):  # a parent has a greater number than its children
        parent = int(above[node])
        paths[node] = [*paths[parent], parent - count]
        turns[node] = [*turns[parent], int(is_left[node])]
    return HuffmanTree(_filled(paths[:count]), _filled(turns[:count]))


def _filled(rows: Sequence[Sequence[int]]) -> np.ndarray:
    filled = np.full((len(rows), max(map(len, rows))), -1, np.int32)
    for row, values in zip(filled, rows, strict=True):
        row[: len(values)] = values
    return filled
