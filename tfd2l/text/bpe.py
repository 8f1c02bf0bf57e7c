"""Byte pair encoding: learning of subword vocabularies from word frequencies."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from tfd2l.errors import DataError
from tfd2l.text.merged_words import MergedWords, Pair, merge_pair
from tfd2l.text.wordpiece import SPECIAL_TOKENS


@dataclass(frozen=True)
class BytePairs:
    """A vocabulary of byte pair encoding.

    Args:
        tokens: The tokens in the order of their ids: special tokens, characters, then merged symbols in the order of
            merging.
        merges: The pairs that are merged, in the order in which they were learned.
    """

    tokens: tuple[str, ...]
    merges: tuple[Pair, ...]


def learn_bpe(frequencies: Mapping[str, int], size: int, min_frequency: int = 2, always: str = "") -> BytePairs:
    """Learns a vocabulary of byte pair encoding.

    Args:
        frequencies: Word -> its count. A mark at the end of words is one of their characters.
        size: The maximum number of tokens, special tokens and characters included. If there are too many characters,
            the rarest have no token, and are unknown.
        min_frequency: Pairs with a lower count are not merged. Defaults to 2.
        always: Characters that have a token however rare they are. Defaults to "".

    Returns:
        The vocabulary.

    Raises:
        DataError: There is no word to learn from.

    Example:
        >>> from tfd2l.text.bpe import learn_bpe
        >>> learn_bpe({"low": 5, "lower": 2}, size=12).merges
        (('l', 'o'), ('lo', 'w'))

    References:
        - Sennrich et al., 2016, *Neural Machine Translation of Rare Words with Subword Units*.
        - *Dive into Deep Learning*, section 14.6.2.
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
    """Recovers the merges of a vocabulary from the order of its tokens.

    No two pairs make the same symbol, since its inside was merged as if it stood alone. So each symbol, segmented by
    the merges before it, leaves two parts.

    Args:
        tokens: Special tokens, characters, then merged symbols in the order of merging.

    Returns:
        The vocabulary.

    Raises:
        DataError: A token is not made of two tokens before it.

    Example:
        >>> from tfd2l.text.bpe import recover_byte_pairs
        >>> recover_byte_pairs(["[UNK]", "a", "b", "ab", "aab"]).merges
        (('a', 'b'), ('a', 'ab'))
    """
    ranks: dict[Pair, int] = {}
    for token in tokens:
        if token in SPECIAL_TOKENS or len(token) == 1:
            continue
        parts = list(token)
        while pairs := [pair for pair in pairwise(parts) if pair in ranks]:
            parts = merge_pair(parts, min(pairs, key=ranks.__getitem__))
        if len(parts) != 2:
            raise DataError(
                f"Not a vocabulary of byte pair encoding: {token!r} is not made of two tokens before it. Was it "
                f"learned by the stage `bpe`? Received: {len(tokens)} tokens"
            )
        ranks[parts[0], parts[1]] = len(ranks)
    return BytePairs(tuple(tokens), tuple(ranks))


def iterate_merges(
    frequencies: Mapping[str, int], min_frequency: int = 1, alphabet: Collection[str] | None = None
) -> Iterator[Pair]:
    """Yields the pairs of adjacent symbols to merge, the most frequent one at each step.

        count(a, b) = sum over words of count(word) * (occurrences of b after a in the word)

    Symbols are single characters at first; a merged pair is one symbol from then on. Of pairs with the same count, the
    one that occurs first is merged: in the words in their order, from the left, as they are segmented at that step.

    Only words that hold the pair are counted again. (The book merges by replacing text, so "a b" is found in "ba b"
    too; here symbols are compared whole.)

    Args:
        frequencies: Word -> its count.
        min_frequency: Pairs with a lower count are not merged. Defaults to 1.
        alphabet: The characters that have a token; others are not merged. None takes all. Defaults to None.

    Yields:
        The pairs.

    Example:
        >>> from tfd2l.text.bpe import iterate_merges
        >>> list(iterate_merges({"low": 5, "lower": 2}, min_frequency=5))
        [('l', 'o'), ('lo', 'w')]

    References:
        - Sennrich et al., 2016, *Neural Machine Translation of Rare Words with Subword Units*.
        - *Dive into Deep Learning*, section 14.6.2.
    """
    words = MergedWords(frequencies, alphabet)
    # A place in the heap is at or before the pair's first one, which is looked up when the pair comes to the top.
    heap = [(-count, words.earliest[pair], pair) for pair, count in words.counts.items()]
    heapq.heapify(heap)
    while heap:
        negative, place, pair = heapq.heappop(heap)
        if -negative != words.counts.get(pair):
            continue  # there is a newer entry, or the pair no longer occurs
        if -negative < min_frequency:
            return
        first = words.first_place(pair)
        if place < first:
            heapq.heappush(heap, (negative, first, pair))
            continue
        yield pair
        for changed in words.merge(pair):
            heapq.heappush(heap, (-words.counts[changed], words.earliest[changed], changed))
