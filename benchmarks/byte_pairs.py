"""Byte pairs beside the `tokenizers` package: learning them, and dividing distinct words by them.

    python -m benchmarks.byte_pairs FILE [MERGES]

A is ours, B is theirs, on the words of a text file (or the train file of a folder or zip) between white space, each
with `_` at its end. Both learn so many merges from the counts of the words (theirs are given as text, so a word comes
as often as it stands there); then both divide every distinct word by our merges, which has to give the same tokens.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from benchmarks.paired import paired
from tfd2l.data.readers.corpus import SUFFIXES
from tfd2l.data.readers.split_files import find_split_files
from tfd2l.text.bpe import iterate_merges
from tfd2l.text.merge_segmenter import MergeSegmenter
from tfd2l.text.segmentation import segment_words
from tfd2l.text.wordpiece import UNKNOWN

MERGES, ROUNDS = 8000, 5
CHUNK = 10_000  # words of a text that their trainer is given


def main() -> None:
    """Print a line for learning, and one for dividing."""
    path, merges = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MERGES
    count: Counter[str] = Counter()
    with next(iter(find_split_files(path, SUFFIXES).values())).open(encoding="utf-8") as stream:
        for line in stream:
            count.update(f"{word}_" for word in line.split())
    print(f"{count.total():,} words, {len(count):,} distinct, {merges:,} merges: A = tfd2l, B = tokenizers")
    alphabet = sorted(set("".join(count)))
    learned: list[tuple[str, str]] = []

    def learn() -> None:
        learned[:] = islice(iterate_merges(count), merges)

    words = list(count.elements())
    texts = [" ".join(words[start : start + CHUNK]) for start in range(0, len(words), CHUNK)]

    def learn_theirs() -> None:
        other = Tokenizer(models.BPE())
        other.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        size = len(alphabet) + merges
        other.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, min_frequency=1, show_progress=False))

    print(f"learning {paired(learn, learn_theirs, ROUNDS, warmup=1)}", flush=True)
    tokens = [UNKNOWN, *alphabet, *map("".join, learned)]
    segmenter = MergeSegmenter(tokens, learned)
    distinct = list(count)
    ours = segment_words(segmenter, distinct).to_list()
    model = models.BPE({token: id for id, token in enumerate(tokens)}, learned, unk_token=UNKNOWN, cache_capacity=0)
    theirs = Tokenizer(model)
    differ = sum(a != b.ids for a, b in zip(ours, theirs.encode_batch(distinct), strict=True))
    timed = paired(lambda: segment_words(segmenter, distinct), lambda: theirs.encode_batch(distinct), ROUNDS)
    print(f"dividing {timed}; {differ} words differ")


if __name__ == "__main__":
    main()
