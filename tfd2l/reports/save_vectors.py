"""Logs word vectors as a text file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_at_least_1, needs_word_vectors, requires
from tfd2l.reports.base.served_vectors import vocabulary_vectors
from tfd2l.temporary import temporary_prefix
from tfd2l.text.vector_files import save_vectors as save

FOLDER = "vectors"


@requires(needs_word_vectors, needs_at_least_1("num_words"))
def save_vectors(
    run: FinishedRun, form: Literal["vec", "txt", "bin"] = "vec", gzipped: bool = False, num_words: int | None = None
) -> None:
    """Logs the vectors of the vocabulary as `vectors/vectors.vec`, special tokens left out.

    `dataset=word_vectors dataset.path=FILE` and gensim's `load_word2vec_format` read it.

    Args:
        run: The finished run; supplied by the experiment.
        form: "vec" with a line that says how many (fastText, word2vec), "txt" without (GloVe), or "bin" (word2vec).
        gzipped: pack it, with `.gz` behind the name.
        num_words: the first (most frequent) so many words; None takes all.
    """
    vectors = vocabulary_vectors(run, num_words)
    with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as temporary:
        save(vectors, Path(temporary) / f"vectors.{form}{'.gz' if gzipped else ''}")
        run.artifacts.log_folder(Path(temporary), FOLDER)
