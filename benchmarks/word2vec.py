"""Skip-gram with shared noise beside gensim's word2vec: words a second, memory, and what the vectors know, in pairs.

    pip install -e .[bench]
    python -m benchmarks.word2vec CORPUS SUITES [ROUNDS [EPOCHS]]

CORPUS is the archive, folder or file of a corpus, of which train is taken; SUITES a folder of word-similarity suites.
Words a second are words of the corpus, times epochs, by the time from the start of training to its end. Each side runs
in a process of its own, one after the other, gensim with two workers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from tfd2l.text.vectors import WordVectors

OPTIONS = ("+experiment=skip_gram", "dataset=text_corpus", "dataset.held_out=false", "stages.words.min_frequency=10")
MORE = ("stages.subsample.threshold=1e-4", "stages.chunks.sentences=4096", "callbacks.progress=null")
ALPHA = 0.1  # of gensim; with 0.025, its default, few epochs of a small corpus teach it little
SUITES = ("EN-MEN-TR-3k", "EN-WS-353-ALL")
Side = Callable[[Path, int], "Trained"]


class Trained(NamedTuple):
    """Vectors, and what making them took; megabytes at the peak of the process, and more than before training."""

    vectors: WordVectors
    words: int
    seconds: float
    peak: float
    more: float


def ours(corpus: Path, epochs: int) -> Trained:
    """The experiment `skip_gram`, without its reports."""
    import tfd2l
    from tfd2l.data.facts.vocabulary import Vocabulary
    from tfd2l.text.vectors import WordVectors

    overrides = (f"dataset.path={corpus}", f"trainer.epochs={epochs}")
    experiment = tfd2l.Experiment.from_config(tfd2l.compose(*OPTIONS, *MORE, *overrides))
    built = experiment.build(experiment.prepare())
    before, started = _peak(), time.perf_counter()
    trained = experiment.fit(built)
    seconds, peak = time.perf_counter() - started, _peak()
    info = built.prepared.info
    vectors = WordVectors(info.fact(Vocabulary).tokens, np.asarray(trained.model.word_vectors(info)))
    return Trained(vectors, sum(info.fact(Vocabulary).frequencies), seconds, peak, peak - before)


def gensims(corpus: Path, epochs: int) -> Trained:
    """gensim's, with the same sizes, windows, noise and subsampling."""
    from gensim.models import Word2Vec

    sentences = [line.split() for line in corpus.read_text(encoding="utf-8").splitlines() if line.strip()]
    model = Word2Vec(vector_size=100, sg=1, negative=5, sample=1e-4, min_count=10, workers=2, alpha=ALPHA)
    model.build_vocab([word for word in sentence if word != "<unk>"] for sentence in sentences)
    before, started = _peak(), time.perf_counter()
    model.train(sentences, total_examples=len(sentences), epochs=epochs)
    seconds, peak = time.perf_counter() - started, _peak()
    from tfd2l.text.vectors import WordVectors  # TensorFlow is loaded after the memory is looked at

    vectors = WordVectors(model.wv.index_to_key, model.wv.vectors)
    return Trained(vectors, sum(map(len, sentences)), seconds, peak, peak - before)


def one(side: str, corpus: Path, suites: Path, epochs: int) -> dict[str, float]:
    """What one side came to."""
    sides: dict[str, Side] = {"ours": ours, "gensim": gensims}
    trained = sides[side](corpus, epochs)
    from tfd2l.text.similarity import evaluate_similarity, read_similarity_suite

    known = {
        name: evaluate_similarity(trained.vectors, read_similarity_suite(suites / f"{name}.txt")).spearman or 0.0
        for name in SUITES
    }
    speed = trained.words * epochs / trained.seconds
    return {"words a second": speed, "peak MB": trained.peak, "MB more in training": trained.more, **known}


def main(corpus: str, suites: str, rounds: int = 3, epochs: int = 5) -> None:
    """Both, in turn, so many times; the medians, and the ratio of speeds with its spread."""
    from tfd2l.data.readers.corpus import SUFFIXES
    from tfd2l.data.readers.split_files import find_split_files
    from tfd2l.data.readers.text_copies import unpack_text

    train = unpack_text(next(iter(find_split_files(Path(corpus), SUFFIXES).values())))
    rows: dict[str, list[dict[str, float]]] = {"ours": [], "gensim": []}
    for turn in range(rounds):
        for side in sorted(rows, reverse=turn % 2 == 1):
            command = [sys.executable, "-m", __spec__.name, "--side", side, str(train), suites, str(epochs)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            rows[side].append(json.loads(done.stdout.splitlines()[-1]))
            print(side, {key: round(value, 3) for key, value in rows[side][-1].items()}, flush=True)
    for key in rows["ours"][0]:
        medians = {side: float(np.median([row[key] for row in some])) for side, some in rows.items()}
        print(f"{key}: " + ", ".join(f"{side} {median:,.3f}" for side, median in medians.items()))
    ratios = [a["words a second"] / b["words a second"] for a, b in zip(rows["ours"], rows["gensim"], strict=True)]
    print(f"ours / gensim, words a second: {np.median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}]")


def _peak() -> float:
    """Megabytes; not `getrusage`, which counts what the process had before it became this program."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    if sys.argv[1] == "--side":
        print(json.dumps(one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))))
    else:
        main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
