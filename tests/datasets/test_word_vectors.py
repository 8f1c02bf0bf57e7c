"""Word vectors as data: of files, folders and archives, of the book's downloads, and generated ones."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.readers.vector_files import find_vector_file, load_vocabulary_vectors
from tfd2l.datasets import word_vectors as module
from tfd2l.datasets.word_vectors import ARCHIVES, word_vectors
from tfd2l.datasets.word_vectors_embedded import word_vectors_embedded
from tfd2l.errors import DataError
from tfd2l.text.analogies import evaluate_analogies
from tfd2l.text.relations import FIELDS, RELATIONS, make_relation_questions, make_relation_suite
from tfd2l.text.similarity import evaluate_similarity
from tfd2l.text.vectors import WordVectors

TEXT = "the 0.5 -1\nof 1 2\nand 3 4\n"


@pytest.fixture
def archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "glove.zip", "w") as made:
        made.writestr("glove/vec.txt", TEXT)
        made.writestr("glove/README", "")
    return tmp_path / "glove.zip"


def test_words_and_vectors_of_a_file_are_all_known_and_its_first_words_are_examples(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EXAMPLES", 2)
    (tmp_path / "a.txt").write_text(TEXT)
    splits, info = word_vectors(tmp_path / "a.txt")
    assert [example["text"].decode() for example in splits["train"].as_numpy_iterator()] == ["the", "of"]
    assert [example["vector"].tolist() for example in splits["train"].as_numpy_iterator()] == [[0.5, -1], [1, 2]]
    assert info.fact(Vocabulary).tokens == ("<unk>", "the", "of", "and")
    np.testing.assert_array_equal(info.fact(WordVectors).matrix, [[0, 0], [0.5, -1], [1, 2], [3, 4]])
    assert (info.inputs, info.sizes, info.source) == (("text",), {"train": 2}, "file: a.txt")
    (tmp_path / "b.txt").write_text(TEXT.replace("3 4", "3 5"))
    assert word_vectors(tmp_path / "b.txt")[1].fingerprint != info.fingerprint
    assert word_vectors(tmp_path / "a.txt", limit=1)[1].fact(Vocabulary).tokens == ("<unk>", "the")
    with pytest.raises(ValueError, match=r"limit counts from 1 up\. Received: limit=0"):
        word_vectors(tmp_path / "a.txt", limit=0)


def test_bad_records_are_counted(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT + "to 5\n")
    with pytest.raises(DataError, match=r"a\.txt:4: 1 values instead of 2"):
        word_vectors(tmp_path / "a.txt")
    assert word_vectors(tmp_path / "a.txt", on_bad_record="skip")[1].counts == {"skipped: another number of values": 1}


def test_the_books_archives_are_fetched_by_their_names(archive, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "fetch", lambda url, sha1, *, dataset: asked.append((url, sha1, dataset)) or archive)
    _, info = word_vectors(archive="wiki.en")
    url = "http://d2l-data.s3-accelerate.amazonaws.com/wiki.en.zip"
    assert asked == [(url, "c1816da3821ae9f43899be655002f6c723e91b88", "word_vectors")]
    assert (info.source, len(info.fact(Vocabulary))) == ("archive: wiki.en.zip", 4)
    assert {len(sha1) for sha1 in ARCHIVES.values()} == {40}


def test_the_file_in_a_folder_or_archive(archive, tmp_path):
    assert find_vector_file(archive).name == "vec.txt"
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(
        DataError, match=r"no file of vectors \(\.txt, \.vec, \.bin\); name one.*Received: nothing in it"
    ):
        find_vector_file(folder)
    for name in ("a.50d.txt", "a.100d.txt"):
        (folder / name).write_text(TEXT)
    with pytest.raises(DataError, match=r"several files .*`dataset\.member=NAME`.*Received: a\.100d\.txt, a\.50d\.txt"):
        find_vector_file(folder)
    assert find_vector_file(folder, "a.50d.txt") == folder / "a.50d.txt"
    with pytest.raises(DataError, match=r"no a\.txt in it"):
        find_vector_file(folder, "a.txt")


def test_an_embedding_starts_from_a_file(archive):
    matrix, found = load_vocabulary_vectors(["<unk>", "<pad>", "And", "nothing", "the"], archive)
    assert found == 2
    np.testing.assert_array_equal(matrix, [[0, 0], [0, 0], [3, 4], [0, 0], [0.5, -1]])


def test_generated_vectors_stand_in_their_relations_but_not_all_of_them():
    _, info = word_vectors_embedded()
    vectors = WordVectors(info.fact(Vocabulary).tokens, info.fact(WordVectors).matrix)
    words = {word for pairs in RELATIONS.values() for pair in pairs for word in pair.split()}
    words |= {word for groups in FIELDS.values() for group in groups for word in group.split()}
    assert set(info.fact(Vocabulary).tokens) == {"<unk>", *words}
    assert not info.fact(WordVectors).matrix[0].any()
    answered = evaluate_analogies(vectors, make_relation_questions())
    accuracy = sum(of.correct for of in answered) / sum(of.answered for of in answered)
    assert 0.75 < accuracy < 0.97
    assert evaluate_similarity(vectors, make_relation_suite()).spearman > 0.8
    again, other = word_vectors_embedded()[1], word_vectors_embedded(seed=1)[1]
    assert again.fingerprint == info.fingerprint != other.fingerprint
    assert word_vectors_embedded(width=3)[1].fact(WordVectors).matrix.shape == (len(info.fact(Vocabulary)), 3)
    with pytest.raises(ValueError, match=r"Received: width=0, noise=1\.0"):
        word_vectors_embedded(width=0)
