"""Logs word vectors for TensorBoard's projector."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import needs_at_least_1, needs_word_vectors, requires
from tfd2l.reports.base.served_vectors import vocabulary_vectors
from tfd2l.temporary import temporary_prefix

FOLDER = "projector"
TENSORS, METADATA, CONFIG = "tensors.tsv", "metadata.tsv", "projector_config.pbtxt"


@requires(needs_word_vectors, needs_at_least_1("num_words"))
def projector(run: FinishedRun, num_words: int | None = 10_000) -> None:
    """Logs the files of TensorBoard's projector: `tensors.tsv`, `metadata.tsv`, `projector_config.pbtxt`.

    Fetch the artifact `projector` and look at it with `tensorboard --logdir projector` (`pip install tensorboard`); or
    load the two tables at https://projector.tensorflow.org.

    Args:
        run: The finished run; supplied by the experiment.
        num_words: the first (most frequent) so many words; None takes all.

    Raises:
        ValueError: fewer than one word.
    """
    if num_words is not None and num_words < 1:
        raise ValueError(f"num_words counts from 1 up. Received: num_words={num_words}")
    vectors = vocabulary_vectors(run, num_words)
    with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as temporary:
        folder = Path(temporary)
        np.savetxt(folder / TENSORS, vectors.matrix, fmt="%.6g", delimiter="\t")
        labels = (" ".join(token.split()) or repr(token) for token in vectors.tokens)  # one line each, without tabs
        (folder / METADATA).write_text("".join(f"{label}\n" for label in labels), encoding="utf-8")
        (folder / CONFIG).write_text(
            f'embeddings {{\n  tensor_name: "word vectors"\n  tensor_path: "{TENSORS}"\n'
            f'  metadata_path: "{METADATA}"\n}}\n',
            encoding="utf-8",
        )
        run.artifacts.log_folder(folder, FOLDER)
