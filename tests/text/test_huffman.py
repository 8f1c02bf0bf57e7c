"""Huffman trees against the definition: an optimal prefix code."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tfd2l.text.huffman import build_huffman_tree


def codes(tree):
    return ["".join(map(str, turns[:length])) for turns, length in zip(tree.turns, tree.lengths, strict=True)]


def best_cost(frequencies):
    """By trying every way to merge two of the parts, again and again."""
    if len(frequencies) == 1:
        return 0
    costs = []
    for i, j in itertools.combinations(range(len(frequencies)), 2):
        merged = frequencies[i] + frequencies[j]
        rest = [f for k, f in enumerate(frequencies) if k not in (i, j)]
        costs.append(merged + best_cost([*rest, merged]))
    return min(costs)


@pytest.mark.parametrize("frequencies", [(1, 1), (5, 1, 1), (0, 0, 3, 2), (1, 2, 4, 8, 16), (7, 7, 7, 7, 7, 7)])
def test_huffman_tree_is_optimal(frequencies):
    tree = build_huffman_tree(frequencies)
    assert int((np.array(frequencies) * tree.lengths).sum()) == best_cost(list(frequencies))


def test_huffman_codes_are_prefix_free_and_complete():
    tree = build_huffman_tree(np.random.default_rng(0).zipf(1.5, 300))
    found = codes(tree)
    assert len(set(found)) == 300
    ordered = sorted(found)
    assert not any(after.startswith(before) for before, after in itertools.pairwise(ordered))
    assert sum(2.0**-length for length in tree.lengths) == 1.0  # Kraft
    used = tree.nodes[tree.nodes >= 0]
    assert set(used) == set(range(299))  # inner nodes
    assert set(tree.nodes[:, 0]) == {298}  # the root


def test_words_below_a_node_share_its_turn():
    tree = build_huffman_tree([3, 1, 4, 1, 5, 9, 2, 6])
    above = {}
    for nodes, code in zip(tree.nodes, codes(tree), strict=True):
        for depth, node in enumerate(nodes[: len(code)]):
            assert above.setdefault(node, code[:depth]) == code[:depth]  # one node, one path to it


def test_single_word_is_refused():
    with pytest.raises(ValueError, match=r"two words\. Received: 1"):
        build_huffman_tree([3])
