"""BLEU: the book's loop and its row, and sacrebleu on sentences that are words already."""

from __future__ import annotations

import collections
import itertools
import math
import random

import pytest

from tfd2l.text.bleu import compute_bleu, compute_corpus_bleu


def book(pred_seq, label_seq, k):
    """Section 9.7, in float64; not for predictions shorter than k."""
    pred, label = pred_seq.split(" "), label_seq.split(" ")
    score = math.exp(min(0, 1 - len(label) / len(pred)))
    for n in range(1, k + 1):
        matches, left = 0, collections.defaultdict(int)
        for i in range(len(label) - n + 1):
            left[" ".join(label[i : i + n])] += 1
        for i in range(len(pred) - n + 1):
            if left[" ".join(pred[i : i + n])] > 0:
                matches += 1
                left[" ".join(pred[i : i + n])] -= 1
        score *= math.pow(matches / (len(pred) - n + 1), math.pow(0.5, n))
    return score


@pytest.mark.parametrize(
    ("predicted", "truth", "expected"),
    [
        ("va !", "va !", 1.0),
        ("j'ai perdu .", "j'ai perdu .", 1.0),
        ("il est riche .", "il est calme .", 0.658),
        ("je suis chez moi .", "je suis chez moi .", 1.0),
    ],
)
def test_bleu_of_the_books_sentences(predicted, truth, expected):
    assert compute_bleu(predicted, truth, k=2) == pytest.approx(expected, abs=5e-4)


def test_bleu_by_hand():
    # one word changed of four: p_1 = 3/4, p_2 = 1/3
    assert compute_bleu("il est riche .", "il est calme .") == pytest.approx(
        (3 / 4) ** (1 / 2) * (1 / 3) ** (1 / 4), rel=1e-12
    )
    # ABBCD of ABCDEF: the book's p_1 = 4/5, p_2 = 3/4, and shorter by one
    assert compute_bleu("A B B C D", "A B C D E F") == pytest.approx(
        math.exp(-1 / 5) * 0.8**0.5 * 0.75**0.25, rel=1e-12
    )


@pytest.mark.parametrize("k", [1, 2, 4])
def test_bleu_of_random_sentences_agrees_with_the_book(k):
    rng = random.Random(k)
    drawn = [" ".join(rng.choices("abcd", k=rng.randrange(k, 10))) for _ in range(60)]
    for predicted, truth in itertools.pairwise(drawn):
        assert compute_bleu(predicted, truth, k) == pytest.approx(book(predicted, truth, k), rel=1e-12)


@pytest.mark.parametrize(
    ("predicted", "truth", "expected"),
    [
        ("", "va !", 0),
        ("", "", 1),
        ("va", "", 0),
        ("va", "va", 1),
        ("va", "va !", 0),
        ("va", "stop", 0),
        ("  ", "a", 0),
    ],
)
def test_bleu_of_empty_and_short_predictions(predicted, truth, expected):
    assert compute_bleu(predicted, truth, k=2) == expected


def test_k_below_1_is_refused():
    with pytest.raises(ValueError, match="Received: k=0"):
        compute_bleu("a", "a", k=0)


def test_corpus_bleu_agrees_with_the_formula():
    predicted = ["il est riche et calme .", "je suis chez moi maintenant ."]
    truth = ["il est très riche et calme .", "je suis chez moi maintenant ."]
    # 12 words against 13; by order: 6 + 6 of 12, 4 + 5 of 10, 3 + 4 of 8, 2 + 3 of 6 (2 + 2: "est riche" is broken up)
    by_order = [12 / 12, 9 / 10, 6 / 8, 4 / 6]
    expected = 100 * math.exp(1 - 13 / 12) * math.prod(by_order) ** (1 / 4)
    assert compute_corpus_bleu(predicted, truth) == pytest.approx(expected, rel=1e-9)


def test_corpus_bleu_does_not_tokenize():
    assert compute_corpus_bleu(["j'ai-t il a b"], ["j ' ai - t il a b"]) < 100
    assert compute_corpus_bleu(["j'ai perdu le match ."], ["j'ai perdu le match ."]) == pytest.approx(100)


def test_corpus_bleu_of_short_and_empty_sentences():
    assert compute_corpus_bleu(["va !"], ["va !"]) == pytest.approx(100)
    assert compute_corpus_bleu(["", ""], ["va !", "va"]) == 0
    with pytest.raises(ValueError, match="Received: 1 predictions, 2 references"):
        compute_corpus_bleu(["a"], ["a", "b"])
