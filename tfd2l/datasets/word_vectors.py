"""Pretrained word vectors of a file."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.providers import provides
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo, Splits, make_splits
from tfd2l.data.readers.download import fetch
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.vector_files import find_vector_file
from tfd2l.text.vector_files import load_vectors
from tfd2l.text.vectors import WordVectors

SITE = "http://d2l-data.s3-accelerate.amazonaws.com/"
ARCHIVES = {
    "glove.6B.50d": "0b8703943ccdb6eb788e6f091b8946e82231bc4d",
    "glove.6B.100d": "cd43bfb07e44e6f27cbcc7bc9ae3d80284fdaf5a",
    "glove.42B.300d": "b5116e234e9eb9076672cfeabf5469f3eec904fa",
    "wiki.en": "c1816da3821ae9f43899be655002f6c723e91b88",
}
EXAMPLES = 1000  # words that are looked up as a check; all can be looked up


@provides(Vocabulary, WordVectors)
def word_vectors(
    path: Path | None = None,
    archive: Literal["glove.6B.50d", "glove.6B.100d", "glove.42B.300d", "wiki.en"] = "glove.6B.50d",
    member: str | None = None,
    limit: PositiveInt | None = None,
    on_bad_record: OnBadRecord = "error",
) -> tuple[Splits, DataInfo]:
    """Pretrained word vectors of a GloVe, fastText or word2vec file: `text` and `vector` of its first 1000 words.

    All words of the file are the vocabulary, `<unk>` before them, and its vectors come with it.

    Args:
        path: GloVe's `.txt`, fastText's or word2vec's `.vec`, word2vec's `.bin`, gzipped or not; or a folder or zip
            archive that holds it. None is the book's download.
        archive: Of the book's, where there is no path: GloVe's or fastText's (`wiki.en`).
        member: The file's name in a folder or archive that holds several.
        limit: Take so many words, the first ones; None takes all.
        on_bad_record: "error", or "skip" to leave bad records out and count them.

    Raises:
        DataError: A file that cannot be read, a bad record (with file and line), or no network and no copy.
        ValueError: A limit below 1.

    References:
        - Pennington et al. 2014, *GloVe*.
        - Bojanowski et al. 2017 for fastText.
        - Section 14.7.1.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit counts from 1 up. Received: limit={limit}")
    if path is None:
        whole = fetch(f"{SITE}{archive}.zip", ARCHIVES[archive], dataset="word_vectors")
        source = f"archive: {archive}.zip"
    else:
        whole, source = Path(path), f"file: {Path(path).name}"
    counts: Counter[str] = Counter()
    vectors = load_vectors(find_vector_file(whole, member), limit=limit, on_bad_record=on_bad_record, counts=counts)
    return make_vector_splits(vectors, source=source, counts=counts)


def make_vector_splits(
    vectors: WordVectors, *, source: str, counts: Mapping[str, int] | None = None
) -> tuple[Splits, DataInfo]:
    """Makes splits and DataInfo of word vectors, `<unk>` in row 0."""
    words, matrix = vectors.tokens[1 : EXAMPLES + 1], vectors.matrix[1 : EXAMPLES + 1]
    splits, info = make_splits(
        {"train": {"text": list(words), "vector": matrix}}, inputs=("text",), source=source, counts=counts
    )
    digest = hashlib.sha256("\n".join(vectors.tokens).encode())
    digest.update(vectors.matrix.data)
    info = dataclasses.replace(info, fingerprint=digest.hexdigest()[:16])
    return splits, info.with_fact(Vocabulary(tuple(vectors.tokens))).with_fact(vectors)
