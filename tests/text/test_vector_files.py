"""Files of word vectors: what is written is read again, so is what others write, and every fault has its place."""

from __future__ import annotations

import gzip
import struct
import zipfile
from collections import Counter

import numpy as np
import pytest

from tfd2l.errors import DataError
from tfd2l.files import text_file
from tfd2l.text import vector_binary
from tfd2l.text.vector_files import load_vectors, save_vectors
from tfd2l.text.vectors import WordVectors

FORMS = ["a.txt", "a.vec", "a.bin", "a.txt.gz", "a.vec.gz", "a.bin.gz"]
WORDS = ["the", "naïve", "日本", "a\u00a0b", "#", '"', "1", "1.5", "\u0085", "-"]


def some(words, width=7, seed=0):
    random = np.random.default_rng(seed)
    rows = random.standard_normal((len(words), width)) * 10.0 ** random.integers(-8, 8, (len(words), width))
    return WordVectors(("<unk>", *words), np.concatenate([np.zeros((1, width)), rows]).astype(np.float32))


def written(tmp_path, text, name="a.txt"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(text_file, "BLOCK_SIZE", 100)
    monkeypatch.setattr(vector_binary, "BLOCK_SIZE", 100)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("blocks", ["small", "large"])
def test_saved_vectors_are_loaded_bit_by_bit(tmp_path, name, blocks, request):
    if blocks == "small":
        request.getfixturevalue("small_blocks")
    vectors = some([*WORDS, *(f"word{number}" for number in range(50))])
    save_vectors(vectors, tmp_path / name)
    read = load_vectors(tmp_path / name)
    assert read.tokens == vectors.tokens
    np.testing.assert_array_equal(read.matrix, vectors.matrix)
    assert read.matrix.dtype == np.float32
    some_of_them = load_vectors(tmp_path / name, limit=12, only=["word1", "word40", "the"])
    assert some_of_them.tokens == ("<unk>", "the", "word1")
    np.testing.assert_array_equal(some_of_them.matrix, vectors.matrix[[0, 1, vectors.ids["word1"]]])


def test_files_in_the_formats_of_other_programs(tmp_path):
    expected = [[0, 0], [0.5, -1], [1e-3, 2]]
    texts = {
        "glove.txt": "the 0.5 -1\nof 1e-3 2\n",
        "no line end.txt": "the 0.5 -1\nof 1e-3 2",
        "WINDOWS.TXT": "\ufeffthe 0.5 -1\r\nof 1e-3 2\r\n",
        "fastText.vec": "2 2\nthe 0.5 -1 \nof 1e-3 2 \n",
        "header.txt": "2 2\nthe 0.5 -1\nof 1e-3 2\n",
    }
    for name, text in texts.items():
        read = load_vectors(written(tmp_path, text, name))
        assert read.tokens == ("<unk>", "the", "of")
        np.testing.assert_array_equal(read.matrix, np.float32(expected))
    packed = [name + b" " + struct.pack("<2f", *row) for name, row in zip([b"the", b"of"], expected[1:], strict=True)]
    for between in (b"", b"\n"):  # gensim writes no line end behind a vector, word2vec does
        read = load_vectors(written(tmp_path, b"2 2\n" + b"".join(part + between for part in packed), "w.bin"))
        np.testing.assert_array_equal(read.matrix, np.float32(expected))


def test_published_files(shared_data):
    folder = shared_data / "glove_50d_2000"
    glove = load_vectors(folder / "glove.6B.50d.top2000.txt")
    lines = (folder / "glove.6B.50d.top2000.txt").read_bytes().split(b"\n")[:2000]
    assert (len(glove), glove.width) == (2001, 50)
    assert list(glove.tokens[1:]) == [line.split(b" ")[0].decode() for line in lines]
    np.testing.assert_array_equal(
        glove.matrix[1:], np.array([line.split(b" ")[1:] for line in lines], np.float64).astype(np.float32)
    )
    assert load_vectors(folder / "glove.6B.100d.sample.txt.gz").matrix.shape == (101, 100)
    fast_text = folder / "pang_lee_polarity_fasttext.vec"
    with pytest.raises(DataError, match=r"fasttext\.vec:150: the word is not UTF-8\. Correct it.*Received: b'\\x97 "):
        load_vectors(fast_text)
    counts = Counter()
    read = load_vectors(fast_text, on_bad_record="skip", counts=counts)
    assert len(read) + counts.total() == 1 + 1694
    assert set(counts) == {"skipped: the word is not UTF-8"}
    assert 0 < counts.total() < 10


def test_member_of_an_archive_is_loaded(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("glove/vec.txt", "the 0.5 -1\n")
    read = load_vectors(zipfile.Path(tmp_path / "a.zip", "glove/vec.txt"))
    assert read.tokens == ("<unk>", "the")


def test_words_with_spaces_in_text_files(tmp_path):
    read = load_vectors(written(tmp_path, "the 0.5 -1\n. . . 1 2\nat x@y.com 3 4\n"))
    assert read.tokens == ("<unk>", "the", ". . .", "at x@y.com")
    with pytest.raises(ValueError, match=r"cannot hold words with spaces; save a \.vec file\. Received: '\. \. \.'"):
        save_vectors(read, tmp_path / "a.bin")


def test_unknown_vector_of_the_file_is_used(tmp_path):
    read = load_vectors(written(tmp_path, "the 0.5 -1\n<unk> 7 8\nof 1 2\n"))
    assert read.tokens == ("<unk>", "the", "of")
    np.testing.assert_array_equal(read.matrix, [[7, 8], [0.5, -1], [1, 2]])


GOOD = "".join(f"word{number} {number} 0.5 -1\n" for number in range(1, 1200))
FAULTS = {
    "a number too few": ("x 1 2", r"2 values instead of 3", "another number of values"),
    "a number too many": ("x 1 2 3 4", r"4 values instead of 3", "another number of values"),
    "not a number": ("x 1 two 3", r"'two' is not a number", "not a number"),
    "two spaces": ("x 1  2", r"'' is not a number", "not a number"),
    "underscores": ("x 1 1_0 3", r"'1_0' is not a number", "not a number"),
    "nan": ("x 1 nan 3", r"a value that is not finite", "a value that is not finite"),
    "infinity": ("x 1 2 1e99", r"a value that is not finite", "a value that is not finite"),
    "bad UTF-8": (b"x\xff 1 2 3", r"the word is not UTF-8", "the word is not UTF-8"),
    "empty line": ("", r"the line is empty", "the line is empty"),
    "blanks": ("   ", r"the line is empty", "the line is empty"),
    "no word": (" 1 2 3", r"values without a word", "values without a word"),
    "again": ("word7 1 2 3", r"a second vector for 'word7'", "second vectors for a word"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bad_line_is_an_error_with_its_line_or_is_skipped_and_counted(tmp_path, name):
    line, fault, reason = FAULTS[name]
    lines = GOOD.encode().split(b"\n")[:-1]
    lines[999] = line if isinstance(line, bytes) else line.encode()
    file = written(tmp_path, b"\n".join(lines) + b"\n")
    with pytest.raises(DataError, match=rf"a\.txt:1000: {fault}\. Correct it, or skip .*=skip`\. Received: "):
        load_vectors(file)
    counts = Counter()
    read = load_vectors(file, on_bad_record="skip", counts=counts)
    assert counts == {f"skipped: {reason}": 1}
    assert read.tokens == ("<unk>", *(f"word{number}" for number in range(1, 1200) if number != 1000))
    np.testing.assert_array_equal(read.matrix[1:, 0], [number for number in range(1, 1200) if number != 1000])
    assert len(load_vectors(file, limit=999)) == 1000  # what comes after is not looked at
    assert load_vectors(file, limit=1000, on_bad_record="skip").tokens[-1] == "word1001"


def test_lines_of_wrong_widths_with_the_right_total_are_errors(tmp_path):
    with pytest.raises(DataError, match=r"a\.txt:2: 1 values instead of 2"):
        load_vectors(written(tmp_path, "a 1 2\nb 3\nc 4 5 6\n"))


@pytest.mark.parametrize("promised", [3, 5])
def test_number_of_lines_differs_from_the_header(tmp_path, promised):
    file = written(tmp_path, f"{promised} 2\n" + "".join(f"{word} 1 2\n" for word in "abcd"), "a.vec")
    with pytest.raises(DataError, match=rf"a\.vec:1: the first line says {promised} words, and 4 lines follow"):
        load_vectors(file)
    counts = Counter()
    assert len(load_vectors(file, on_bad_record="skip", counts=counts)) == 5
    lost = {
        5: {"skipped: words that the first line promises": 1},
        3: {"skipped: first lines that promise fewer words": 1},
    }
    assert counts == lost[promised]
    assert len(load_vectors(file, limit=2)) == 3


def binary(words, width=3):
    rows = np.arange(len(words) * width, dtype="<f4").reshape(-1, width)
    return f"{len(words)} {width}\n".encode() + b"".join(
        word + b" " + row.tobytes() + b"\n" for word, row in zip(words, rows, strict=True)
    )


@pytest.mark.parametrize("cut", [1, 5, 12, 13, 14])
def test_truncated_binary_file(tmp_path, cut, small_blocks):
    file = written(tmp_path, binary([b"the", b"of", b"and"])[: -cut - 1], "a.bin")
    with pytest.raises(
        DataError, match=r"a\.bin: word 3: the file ends here, and its first line says 3 words of 3 val"
    ):
        load_vectors(file)
    counts = Counter()
    assert load_vectors(file, on_bad_record="skip", counts=counts).tokens == ("<unk>", "the", "of")
    assert counts == {"skipped: words that the first line promises": 1}
    assert len(load_vectors(file, limit=2)) == 3


def test_faults_of_binary_files(tmp_path):
    for words, fault in [
        ([b"a", b"b\xff", b"c"], r"word 2: it is not UTF-8\..*Received: b'b\\xff'"),
        ([b"a", b"", b"c"], r"word 2: it is empty"),
        ([b"a", b"a", b"c"], r"word 2: a second vector for 'a'"),
    ]:
        file = written(tmp_path, binary(words), "a.bin")
        with pytest.raises(DataError, match=rf"a\.bin: {fault}"):
            load_vectors(file)
        read = load_vectors(file, on_bad_record="skip")
        np.testing.assert_array_equal(read.matrix, [[0, 0, 0], [0, 1, 2], [6, 7, 8]])
        assert load_vectors(file, on_bad_record="skip", limit=2).tokens == ("<unk>", "a", "c")
    endless = b"2 2\n" + b"a " + struct.pack("<2f", 1, 2) + b"b " + struct.pack("<2f", 1, float("nan"))
    with pytest.raises(DataError, match=r"word 2: a value that is not finite"):
        load_vectors(written(tmp_path, endless, "b.bin"))


def test_binary_files_with_a_wrong_header(tmp_path):
    for text in (b"", b"the 0.5 -1\nof 1 2\n", b"2 0\n", b"2 99999999\nthe "):
        with pytest.raises(DataError, match=r"a\.bin:1: expected the number of words and the number of values"):
            load_vectors(written(tmp_path, text, "a.bin"), on_bad_record="skip")
    more = binary([b"the", b"of"]).replace(b"2 3", b"1 3", 1)
    with pytest.raises(DataError, match=r"a\.bin: word 2: more than the 1 words that the first line says"):
        load_vectors(written(tmp_path, more, "a.bin"))


def test_files_that_hold_no_vectors(tmp_path):
    for text in ("", "\n", "word\n"):
        with pytest.raises(DataError, match=r"a\.txt:1: expected a word with its values, or the number of words"):
            load_vectors(written(tmp_path, text), on_bad_record="skip")
    with pytest.raises(DataError, match=r"the file holds no vector\. Received: 2 bad records"):
        load_vectors(written(tmp_path, "a x\nb y\n"), on_bad_record="skip")
    with pytest.raises(DataError, match=r"one of \.txt, \.vec, \.bin, each also with \.gz\. Received: 'a\.npy'"):
        load_vectors(written(tmp_path, "", "a.npy"))
    with pytest.raises(ValueError, match=r"one of \.txt, \.vec, \.bin, each also with \.gz\. Received: 'a\.npy'"):
        save_vectors(some(["a"]), tmp_path / "a.npy")
    with pytest.raises(DataError, match=r"missing\.txt: cannot be read: No such file"):
        load_vectors(tmp_path / "missing.txt")
    whole = gzip.compress(b"the 0.5 -1\n" * 100)
    with pytest.raises(DataError, match=r"a\.txt\.gz: cannot be read: "):
        load_vectors(written(tmp_path, whole[:-20], "a.txt.gz"))
    with pytest.raises(DataError, match=r"a\.txt\.gz: cannot be read: Not a gzipped file"):
        load_vectors(written(tmp_path, "the 0.5 -1\n", "a.txt.gz"))
