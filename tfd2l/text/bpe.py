"""Byte pair encoding: which symbols are joined, learned from the frequencies of words."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from tfd2l.errors import DataError
from tfd2l.text.wordpiece import SPECIAL_TOKENS

Pair = tuple[str, str]
Place = tuple[int, int]  # the number of a word, and a character in it


@dataclass(frozen=True)
class BytePairs:
    """A vocabulary of byte pair encoding.

    Args:
        tokens: in the order of their ids: special tokens, characters, then the symbols as they were joined.
        merges: the pairs that are joined, in the order in which they were learned.
    """

    tokens: tuple[str, ...]
    merges: tuple[Pair, ...]


def learn_bpe(frequencies: Mapping[str, int], size: int, min_frequency: int = 2, always: str = "") -> BytePairs:
    """Join pairs until there are so many tokens.

    Args:
        frequencies: word -> how often it occurs; a mark at a word's end is one of its characters.
        size: at most so many tokens, special tokens and characters included; if there are too many characters, the
            rarest have none, and are unknown.
        min_frequency: a pair seen more rarely is not joined.
        always: characters that have a token however rare they are.

    Raises:
        DataError: there is no word to learn from.
    """
    count: Counter[str] = Counter()
    for word, frequency in frequencies.items():
        for character in word:
            count[character] += frequency
    if not count:
        raise DataError(f"No text to learn byte pairs from. Received: {len(frequencies)} words, all empty")
    room = max((size - len(SPECIAL_TOKENS)) // 2, 1)
    common = sorted(count, key=lambda character: (character not in always, -count[character], character))
    alphabet = sorted(common[:room])
    single = [*SPECIAL_TOKENS, *alphabet]
    merges = tuple(islice(iterate_merges(frequencies, min_frequency, alphabet), max(size - len(single), 0)))
    return BytePairs((*single, *map("".join, merges)), merges)


def recover_byte_pairs(tokens: Sequence[str]) -> BytePairs:
    """The merges that made a vocabulary, found again from its tokens in their order.

    No two pairs make the same symbol: what is inside it was joined as if it stood alone. So each symbol, divided by the
    merges before it, leaves two parts.

    Args:
        tokens: special tokens, characters, then the symbols as they were joined.

    Raises:
        DataError: a token is not two earlier ones joined.
    """
    ranks: dict[Pair, int] = {}
    for token in tokens:
        if token in SPECIAL_TOKENS or len(token) == 1:
            continue
        parts = list(token)
        while pairs := [pair for pair in pairwise(parts) if pair in ranks]:
            parts = _joined(parts, min(pairs, key=ranks.__getitem__))
        if len(parts) != 2:
            raise DataError(
                f"Not a vocabulary of byte pairs: {token!r} is not two tokens before it joined. Was it learned by the "
                f"stage `bpe`? Received: {len(tokens)} tokens"
            )
        ranks[parts[0], parts[1]] = len(ranks)
    return BytePairs(tuple(tokens), tuple(ranks))


def iterate_merges(
    frequencies: Mapping[str, int], min_frequency: int = 1, alphabet: Collection[str] | None = None
) -> Iterator[Pair]:
    """The pairs of neighbouring symbols to join, one after the other: each time the most frequent one.

    count(a, b) = sum over words of frequency(word) * (how often b follows a in it); at first the symbols are single
    characters. A joined pair is one symbol from then on. Of pairs as frequent, the one that is seen first is joined:
    in the words in their order, read from the left, as they are divided at that time.

    Only the words that hold the pair are counted anew. (The book joins by replacing text, where "a b" is found in
    "ba b" too; here symbols are compared whole.)

    Args:
        frequencies: word -> how often it occurs.
        min_frequency: no pair more rare than this is joined.
        alphabet: characters that are known; nothing is joined with another. None knows all.

    Source: section 14.6.2; Sennrich et al. 2016, *Neural Machine Translation of Rare Words with Subword Units*.
    """
    words = _Words(frequencies, alphabet)
    # A place in the heap is never later than the pair's first one: it is looked up only when the pair comes to the top.
    heap = [(-count, words.earliest[pair], pair) for pair, count in words.counts.items()]
    heapq.heapify(heap)
    while heap:
        negative, place, pair = heapq.heappop(heap)
        if -negative != words.counts.get(pair):
            continue  # there is a newer entry, or none of this pair is left
        if -negative < min_frequency:
            return
        first = words.first_place(pair)
        if place < first:
            heapq.heappush(heap, (negative, first, pair))
            continue
        yield pair
        for changed in words.join(pair):
            heapq.heappush(heap, (-words.counts[changed], words.earliest[changed], changed))


class _Words:
    """Words as they are divided so far, with the count of every pair."""

    def __init__(self, frequencies: Mapping[str, int], alphabet: Collection[str] | None) -> None:
        self.words: list[Sequence[str]] = []
        self.frequency: list[int] = []
        self.counts: dict[Pair, int] = {}
        self.earliest: dict[Pair, Place] = {}  # no later than the first place
        self.holding: defaultdict[Pair, set[int]] = defaultdict(set)  # words that hold the pair, or once did
        known = None if alphabet is None else set(alphabet)
        for word, frequency in frequencies.items():
            for part in [word] if known is None else _known_parts(word, known):
                self.words.append(part)
                self.frequency.append(frequency)
                self._count(len(self.words) - 1, self.counts)

    def join(self, pair: Pair) -> list[Pair]:
        """Join a pair wherever it stands; returns the pairs whose count or earliest place is another now."""
        change: dict[Pair, int] = {}
        moved: set[Pair] = set()
        for index in self.holding.pop(pair):
            word = self.words[index]
            joined = _joined(word, pair)
            if len(joined) == len(word):
                continue
            for old in pairwise(word):
                change[old] = change.get(old, 0) - self.frequency[index]
            self.words[index] = joined
            moved |= self._count(index, change)
        for touched, difference in change.items():
            if difference:
                moved.add(touched)
                self.counts[touched] = self.counts.get(touched, 0) + difference
        gone = [touched for touched in moved if self.counts[touched] == 0]
        for touched in gone:
            del self.counts[touched]
        return [touched for touched in moved if touched in self.counts]

    def first_place(self, pair: Pair) -> Place:
        """Where a pair stands first."""
        for index in sorted(self.holding[pair]):
            at = 0
            for neighbours in pairwise(self.words[index]):
                if neighbours == pair:
                    return index, at
                at += len(neighbours[0])
        raise AssertionError(f"a pair with a count stands somewhere. Received: {pair}")

    def _count(self, index: int, counts: dict[Pair, int]) -> set[Pair]:
        """Add the pairs of a word to counts; returns those that stand earlier now than any did."""
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


def _joined(word: Sequence[str], pair: Pair) -> list[str]:
    """The symbols of a word with every occurrence of the pair joined, from the left."""
    left, right = pair
    joined: list[str] = []
    open_left = False  # the last symbol is the pair's left one, not yet joined
    for symbol in word:
        if open_left and symbol == right:
            joined[-1] = left + right
            open_left = False
        else:
            joined.append(symbol)
            open_left = symbol == left
    return joined


def _known_parts(word: str, known: set[str]) -> Iterator[str]:
    """The parts of a word between characters that are not known."""
    start = 0
    for end, character in enumerate(word):
        if character not in known:
            yield word[start:end]
            start = end + 1
    yield word[start:]
