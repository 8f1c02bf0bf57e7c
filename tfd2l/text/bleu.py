"""BLEU: the similarity of a translation and a reference translation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from sacrebleu.metrics import BLEU


def compute_bleu(predicted: str, truth: str, k: int = 2) -> float:
    """Computes the BLEU score of a sentence as the book defines it.

        exp(min(0, 1 - len_reference / len_prediction)) prod_{n=1..k} p_n^(1 / 2^n)

    where `p_n` is the share of the n-grams of the prediction that occur in the reference, each of which is matched
    once. Longer n-grams weigh more than in corpus BLEU, whose weights are equal. If the prediction is too short for an
    n-gram, `p_n` is 0, or 1 if the reference is too short as well. The score of an empty prediction is 0, or 1 if the
    reference is empty too; there the formula divides by zero.

    Args:
        predicted: The translation: words separated by spaces.
        truth: The reference translation: words separated by spaces.
        k: The length of the longest n-grams. Defaults to 2.

    Returns:
        A float in [0, 1].

    Raises:
        ValueError: `k` is below 1.

    Example:
        >>> from tfd2l.text.bleu import compute_bleu
        >>> round(compute_bleu("il est riche .", "il est calme ."), 4)
        0.658

    References:
        - Papineni et al., 2002, *BLEU: a Method for Automatic Evaluation of Machine Translation*.
        - *Dive into Deep Learning*, section 9.7, `bleu`.
    """
    if k < 1:
        raise ValueError(f"The length k of n-grams is at least 1. Received: k={k}")
    words, reference = predicted.split(), truth.split()
    if not words:
        return float(not reference)
    score = math.exp(min(0.0, 1 - len(reference) / len(words)))
    for n in range(1, k + 1):
        grams, reference_grams = _count_ngrams(words, n), _count_ngrams(reference, n)
        precision = (grams & reference_grams).total() / grams.total() if grams else float(not reference_grams)
        score *= precision ** (0.5**n)
    return score


def compute_corpus_bleu(predicted: Sequence[str], truth: Sequence[str]) -> float:
    """Computes the BLEU score of a corpus with sacrebleu.

    Each sentence has one reference; n-grams up to length 4 are counted, with exponential smoothing. sacrebleu does not
    tokenize: its tokenizers would split what the stages keep together (j'ai). If no prediction has four words, only
    shorter n-grams count.

    Args:
        predicted: The translations: words separated by spaces.
        truth: The reference translations, in the same order.

    Returns:
        A float in [0, 100].

    Raises:
        ValueError: The numbers of translations and references differ.

    Example:
        >>> from tfd2l.text.bleu import compute_corpus_bleu
        >>> round(compute_corpus_bleu(["il est calme .", "va !"], ["il est calme .", "va !"]), 1)
        100.0

    References:
        - Post, 2018, *A Call for Clarity in Reporting BLEU Scores*.
    """
    if len(predicted) != len(truth):
        raise ValueError(
            f"There must be one reference for each prediction. Received: {len(predicted)} predictions, {len(truth)} "
            "references"
        )
    metric = BLEU(tokenize="none", effective_order=True, force=True)  # force: no warning about tokenized text
    return float(metric.corpus_score(list(predicted), [list(truth)]).score)


def _count_ngrams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))
