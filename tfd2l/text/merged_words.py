"""Words that are split into symbols, with the counts of adjacent pairs, while byte pair encoding merges them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

Pair = tuple[str, str]
Place = tuple[int, int]  # the index of a word, and of a character in it


class MergedWords:
    """Words as sequences of symbols, with the count and the first place of every adjacent pair.

    Args:
        frequencies: Word -> its count.
        alphabet: The characters that have a token; words are split at others. None takes all.
    """

    def __init__(self, frequencies: Mapping[str, int], alphabet: Collection[str] | None) -> None:
        self.words: list[Sequence[str]] = []
        self.frequency: list[int] = []
        self.counts: dict[Pair, int] = {}
        self.earliest: dict[Pair, Place] = {}  # at or before the first place
        self.holding: defaultdict[Pair, set[int]] = defaultdict(set)  # indices of words that hold the pair, or once did
        known = None if alphabet is None else set(alphabet)
        for word, frequency in frequencies.items():
            for part in [word] if known is None else _split_at_unknown(word, known):
                self.words.append(part)
                self.frequency.append(frequency)
                self._add_pairs(len(self.words) - 1, self.counts)

    def merge(self, pair: Pair) -> list[Pair]:
        """Merges a pair in all words; returns the pairs whose count or first place has changed."""
        change: dict[Pair, int] = {}
        moved: set[Pair] = set()
        for index in self.holding.pop(pair):
            word = self.words[index]
            merged = merge_pair(word, pair)
            if len(merged) == len(word):
                continue
            for old in pairwise(word):
                change[old] = change.get(old, 0) - self.frequency[index]
            self.words[index] = merged
            moved |= self._add_pairs(index, change)
        for changed, difference in change.items():
            if difference:
                moved.add(changed)
                self.counts[changed] = self.counts.get(changed, 0) + difference
        for pair in [pair for pair in moved if self.counts[pair] == 0]:
            del self.counts[pair]
        return [pair for pair in moved if pair in self.counts]

    def first_place(self, pair: Pair) -> Place:
        """Returns the first place of a pair."""
        for index in sorted(self.holding[pair]):
            at = 0
            for neighbours in pairwise(self.words[index]):
                if neighbours == pair:
                    return index, at
                at += len(neighbours[0])
        raise AssertionError(f"a pair with a count has a place. Received: {pair}")

    def _add_pairs(self, index: int, counts: dict[Pair, int]) -> set[Pair]:
        """Adds the pairs of a word to counts; returns those whose first place has changed."""
        word, frequency = self.words[index], self.frequency[index]
        moved, at = set(), 0
        for pair in pairwise(word):
            counts[pair] = counts.get(pair, 0) + frequency
            self.holding[pair].add(index)
            place = (index, at)
            if pair not in self.earliest or place < self.earliest[pair]:
                self.earliest[pair] = place
                moved.add(pair)
            at += len(pair[0])
        return moved


def merge_pair(word: Sequence[str], pair: Pair) -> list[str]:
    """Merges every occurrence of a pair in the symbols of a word, from the left.

    Args:
        word: The symbols of the word.
        pair: The pair.

    Returns:
        The symbols after merging.

    Example:
        >>> from tfd2l.text.merged_words import merge_pair
        >>> merge_pair("abab", ("a", "b"))
        ['ab', 'ab']
    """
    left, right = pair
    merged: list[str] = []
    is_open = False  # whether the last symbol is the pair's left one, not merged yet
    for symbol in word:
        if is_open and symbol == right:
            merged[-1] = left + right
            is_open = False
        else:
            merged.append(symbol)
            is_open = symbol == left
    return merged


def _split_at_unknown(word: str, known: set[str]) -> Iterator[str]:
    """Yields the parts of a word between characters that have no token."""
    start = 0
    for end, character in enumerate(word):
        if character not in known:
            yield word[start:end]
            start = end + 1
    yield word[start:]
