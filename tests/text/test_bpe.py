"""Learning byte pairs: against counting everything anew each time, and against the `tokenizers` package."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from itertools import islice, pairwise

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tfd2l.errors import DataError
from tfd2l.text.bpe import iterate_merges, learn_bpe, recover_byte_pairs
from tfd2l.text.wordpiece import SPECIAL_TOKENS


def join(word, pair):
    """The tuple of symbols with the pair joined from the left."""
    for place in range(len(word) - 1):
        if word[place : place + 2] == pair:
            return (*word[:place], "".join(pair), *join(word[place + 2 :], pair))
    return word


def count(words):
    """Pair -> count, in the order in which pairs are seen."""
    counts = {}
    for word, frequency in words:
        for pair in pairwise(word):
            counts[pair] = counts.get(pair, 0) + frequency
    return counts


def brute_force(frequencies, num_merges, min_frequency=1):
    """As the book learns, with symbols compared whole: everything is counted anew each time."""
    words = [(tuple(word), frequency) for word, frequency in frequencies.items()]
    merges = []
    while len(merges) < num_merges and (counts := count(words)):
        pair = max(counts, key=counts.get)
        if counts[pair] < min_frequency:
            break
        merges.append(pair)
        words = [(join(word, pair), frequency) for word, frequency in words]
    return merges


@pytest.mark.parametrize("seed", range(12))
def test_merges_agree_with_recounting(seed):
    random = np.random.default_rng(seed)
    letters = list("abc" if seed % 2 else "abcdefg")
    words = {"".join(random.choice(letters, random.integers(1, 12))): int(random.integers(1, 4)) for _ in range(60)}
    expected = brute_force(words, 150)
    assert len(expected) > 60
    assert list(islice(iterate_merges(words), 150)) == expected
    assert list(iterate_merges(words, min_frequency=3)) == brute_force(words, 1000, 3)


def test_merging_ends_when_every_word_is_one_symbol():
    assert list(iterate_merges({"aaaa": 2, "b": 9})) == [("a", "a"), ("aa", "aa")]
    assert list(iterate_merges({})) == []


def test_pairs_are_compared_as_whole_symbols():
    # Replacing text would join "ba b" by the pair (a, b) too.
    assert list(islice(iterate_merges({"bab": 9, "xab": 5, "bax": 7}), 3)) == [("b", "a"), ("ba", "b"), ("ba", "x")]


def test_unknown_characters_are_not_merged():
    assert list(iterate_merges({"abXab": 2}, alphabet="ab")) == [("a", "b")]
    assert list(iterate_merges({"aXb": 2}, alphabet="ab")) == []


@pytest.fixture(scope="module")
def wikitext_words(shared_data):
    with zipfile.ZipFile(shared_data / "wikitext2" / "wikitext-2-v1.zip") as archive:
        (name,) = [name for name in archive.namelist() if "valid" in name]
        count = Counter(archive.read(name).decode().split())
    return {f"{word}_": frequency for word, frequency in count.items()}


def test_merges_of_wikitext_agree_with_the_tokenizers_package_up_to_a_tie(wikitext_words):
    other = Tokenizer(models.BPE())
    other.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    alphabet = len(set("".join(wikitext_words)))
    trainer = trainers.BpeTrainer(vocab_size=alphabet + 1000, show_progress=False)
    texts = (" ".join([word] * frequency) for word, frequency in wikitext_words.items())
    other.train_from_iterator(texts, trainer)
    theirs = [tuple(pair) for pair in json.loads(other.to_str())["model"]["merges"]]
    ours = list(islice(iterate_merges(wikitext_words), 1000))
    same = next(place for place, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b)
    assert same > 50
    # Where they part, both pairs are as frequent: we take the one seen first, they the one of the lower ids.
    words = [(tuple(word), frequency) for word, frequency in wikitext_words.items()]
    for pair in ours[:same]:
        words = [(join(word, pair), frequency) for word, frequency in words]
    counts = count(words)
    assert counts[ours[same]] == counts[theirs[same]] == max(counts.values())
    assert list(counts).index(ours[same]) < list(counts).index(theirs[same])
    assert len(set(ours) & set(theirs)) > 970


def test_order_of_a_vocabulary():
    learned = learn_bpe({"low_": 5, "lower_": 2, "new_": 6}, size=100, min_frequency=2)
    assert learned.tokens[:5] == SPECIAL_TOKENS
    assert learned.tokens[5:12] == tuple(sorted("lower_n"))
    assert learned.tokens[12:] == tuple("".join(pair) for pair in learned.merges)
    assert learned.merges[0] == ("w", "_")  # 11 times
    assert learn_bpe({"low_": 5, "lower_": 2, "new_": 6}, size=20).tokens == learned.tokens[:20]


def test_rarest_of_too_many_characters_have_no_token():
    words = {"abcd_": 3, "abc_": 3, "ab_": 3, "xy_": 50}
    learned = learn_bpe(words, size=13, always="_")  # room for four characters
    assert learned.tokens[5:] == ("_", "a", "x", "y", "xy", "xy_")  # the others stand in no pair
    assert "_" in learn_bpe({"aaaa": 9, "b_": 1}, size=7, always="_").tokens


@pytest.mark.parametrize("seed", range(6))
def test_merges_are_recovered_from_tokens(seed):
    random = np.random.default_rng(seed)
    letters = list("ab" if seed % 2 else "abcde_")
    words = {"".join(random.choice(letters, random.integers(1, 14))): int(random.integers(1, 9)) for _ in range(80)}
    learned = learn_bpe(words, size=500, min_frequency=1)
    assert len(set(learned.tokens)) == len(learned.tokens)
    assert len(learned.merges) > 80
    assert recover_byte_pairs(learned.tokens) == learned
    with pytest.raises(DataError, match=r"'##q' is not made of two tokens before it.*Received: 2 tokens"):
        recover_byte_pairs(["[UNK]", "##q"])


def test_learning_from_no_words_is_an_error():
    with pytest.raises(DataError, match=r"No text to learn byte pairs from\. Received: 1 words, all empty"):
        learn_bpe({"": 3}, size=100)
