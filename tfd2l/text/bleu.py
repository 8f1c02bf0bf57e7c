"""How near translations are to those of a person."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from sacrebleu.metrics import BLEU


def compute_bleu(predicted: str, truth: str, k: int = 2) -> float:
    """The book's BLEU of one sentence, 0 to 1.

        exp(min(0, 1 - len_truth / len_predicted)) * prod_{n=1..k} p_n^(1 / 2^n)

    p_n is the share of the n-grams of the prediction that are in the truth, each there used once. The longer ones
    count more than in the corpus' BLEU (all weights equal), and a prediction shorter than the truth counts less. A
    prediction too short to hold an n-gram has p_n = 0, unless the truth is as short; an empty one is worth 0, unless
    the truth is empty. (There the formula divides by zero.)

    Args:
        predicted, truth: words with blanks between.
        k: the longest n-gram.

    Raises:
        ValueError: k below 1.

    Source: section 9.7, `bleu`; Papineni et al. 2002.
    """
    if k < 1:
        raise ValueError(f"k counts from 1 up. Received: k={k}")
    words, true_words = predicted.split(), truth.split()
    if not words:
        return float(not true_words)
    score = math.exp(min(0.0, 1 - len(true_words) / len(words)))
    for n in range(1, k + 1):
        grams, true_grams = _grams(words, n), _grams(true_words, n)
        precision = (grams & true_grams).total() / grams.total() if grams else float(not true_grams)
        score *= precision ** (0.5**n)
    return score


def compute_corpus_bleu(predicted: Sequence[str], truth: Sequence[str]) -> float:
    """BLEU of a corpus by sacrebleu, 0 to 100: one reference a sentence, n-grams up to 4, smoothed exponentially.

    sacrebleu is told not to tokenize: sentences come as words with blanks between, and its own tokenizers would divide
    what our stages keep together (j'ai) otherwise than the model was taught. Where no prediction has 4 words, only the
    orders that there are count.

    Args:
        predicted, truth: a sentence each, in the same order.

    Raises:
        ValueError: not as many of both.

    Source: Post 2018, *A Call for Clarity in Reporting BLEU Scores*.
    """
    if len(predicted) != len(truth):
        raise ValueError(f"a truth for each prediction. Received: {len(predicted)} predicted, {len(truth)} true")
    metric = BLEU(tokenize="none", effective_order=True, force=True)  # force: no warning that it is tokenized
    return float(metric.corpus_score(list(predicted), [list(truth)]).score)


def _grams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))
