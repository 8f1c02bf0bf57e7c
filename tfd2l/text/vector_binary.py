"""Binary files of word vectors in word2vec's format."""

from __future__ import annotations

from typing import IO

import numpy as np

from tfd2l.text.vector_rows import VectorRows, parse_header
from tfd2l.text.vectors import WordVectors

BLOCK_SIZE = 1 << 23  # bytes read at a time
MORE = "what follows the words that the first line promises"
MAX_WIDTH = 1 << 16  # a first line with more is no header
FLOAT = np.dtype("<f4")


def read_binary_vectors(stream: IO[bytes], rows: VectorRows) -> None:
    """Reads word vectors in word2vec's binary format.

    The first line is `words width`. Each word is followed by a space and by its values as little-endian float32; line
    ends may stand before the next word, as in files of the word2vec program.

    Args:
        stream: The file, opened for reading bytes.
        rows: Collects the vectors.

    Raises:
        DataError: The first line has another form; a word is not UTF-8, is empty or occurs twice; a value is not
            finite; or the number of words is not that of the first line. The error names the file and the number of the
            word.
    """
    first = stream.readline(80)
    header = parse_header(first)
    if header is None or not 0 < header[1] <= MAX_WIDTH:
        rows.stop(":1", "expected the number of words and the number of values of each", first)
    expected, width = header
    wanted = expected if rows.room is None else min(expected, rows.room)
    rest, done = b"", 0
    while done < wanted:
        block = stream.read(BLOCK_SIZE)
        buffer = rest + block
        names, starts, end = _find_vectors(buffer, width * FLOAT.itemsize, wanted - done)
        if not block and not names:
            break
        _add_vectors(buffer, names, starts, width, done, rows)
        done, rest = done + len(names), buffer[end:]
        if rows.room is not None and done == wanted:
            wanted = min(expected, done + rows.room)  # skipped words are replaced by later ones
    if done < wanted:
        place = f": word {done + 1}"
        fault = f"the file ends here, and its first line says {expected} words of {width} values"
        rows.refuse(place, fault, first, "words that the first line promises", expected - done)
    elif rows.room != 0 and (more := (rest + stream.read(BLOCK_SIZE)).strip(b"\n")):
        rows.refuse(f": word {done + 1}", f"more than the {expected} words that the first line says", more[:20], MORE)


def write_binary_vectors(vectors: WordVectors, stream: IO[bytes]) -> None:
    """Writes word vectors in word2vec's binary format, without `<unk>`.

    Args:
        vectors: The word vectors.
        stream: The file, opened for writing bytes.

    Raises:
        ValueError: A word contains a space or a line end, and could not be read back.
    """
    rows = vectors.known_rows()
    stream.write(f"{len(rows)} {vectors.width}\n".encode())
    for row in rows:
        token = vectors.tokens[row]
        if " " in token or "\n" in token:
            raise ValueError(f"The binary format cannot hold words with spaces; save a .vec file. Received: {token!r}")
        stream.write(token.encode() + b" " + vectors.matrix[row].astype(FLOAT).tobytes() + b"\n")


def _find_vectors(buffer: bytes, size: int, most: int) -> tuple[list[bytes], list[int], int]:
    """Finds the words whose vectors lie in the buffer completely, the starts of these, and that of the rest."""
    names: list[bytes] = []
    starts: list[int] = []
    at = 0
    while len(names) < most:
        space = buffer.find(b" ", at)
        if space < 0 or space + 1 + size > len(buffer):
            break
        names.append(buffer[at:space].lstrip(b"\n"))
        starts.append(space + 1)
        at = space + 1 + size
    return names, starts, at


def _add_vectors(buffer: bytes, names: list[bytes], starts: list[int], width: int, done: int, rows: VectorRows) -> None:
    matrix = np.empty((len(names), width), np.float32)
    for row, start in enumerate(starts):
        matrix[row] = np.frombuffer(buffer, FLOAT, width, start)
    finite = np.isfinite(matrix).min(axis=1, initial=True)  # (words,)
    words, kept = [], []
    for row, name in enumerate(names):
        fault = None
        try:
            word = name.decode("utf-8")
        except UnicodeDecodeError:
            fault = "it is not UTF-8"
        else:
            fault = "it is empty" if not word else None if finite[row] else "a value that is not finite"
        if fault:
            rows.refuse(f": word {done + row + 1}", fault, name)
        else:
            words.append(word)
            kept.append(row)
    matrix = matrix if len(kept) == len(names) else matrix[kept]
    rows.add(words, matrix, lambda row: f": word {done + kept[row] + 1}")
