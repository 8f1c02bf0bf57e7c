"""Word vectors as word2vec writes them in binary."""

from __future__ import annotations

from typing import IO

import numpy as np

from tfd2l.text.vector_rows import VectorRows
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

BLOCK_SIZE = 1 << 23  # bytes read at a time
MORE = "what follows the words that the first line promises"
WIDEST = 1 << 16  # a header that says more is none
FLOAT = np.dtype("<f4")


def read_binary_vectors(stream: IO[bytes], rows: VectorRows) -> None:
    """A line `words width`; then each word, a space, and its numbers as little-endian float32.

    Between one vector and the next word there may be a line end (word2vec's own program writes one).

    Raises:
        DataError: another first line; a word that is not UTF-8, is empty, or was there before; a number that is not
            finite; fewer or more words than the first line says. With file and the number of the word.
    """
    first = stream.readline(80)
    fields = first.split()
    if len(fields) != 2 or not all(map(bytes.isdigit, fields)) or not 0 < int(fields[1]) <= WIDEST:
        rows.stop(":1", "the first line should say how many words and how many numbers each", first)
    promised, width = map(int, fields)
    wanted = promised if rows.room is None else min(promised, rows.room)
    rest, done = b"", 0
    while done < wanted:
        block = stream.read(BLOCK_SIZE)
        buffer = rest + block
        names, starts, end = _found(buffer, width * FLOAT.itemsize, wanted - done)
        if not block and not names:
            break
        _take(buffer, names, starts, width, done, rows)
        done, rest = done + len(names), buffer[end:]
        if rows.room is not None and done == wanted:
            wanted = min(promised, done + rows.room)  # what was skipped is made up for
    if done < wanted:
        place = f": word {done + 1}"
        fault = f"the file ends here, and its first line says {promised} words of {width} numbers"
        rows.refuse(place, fault, first, "words that the first line promises", promised - done)
    elif rows.room != 0 and (more := (rest + stream.read(BLOCK_SIZE)).strip(b"\n")):
        rows.refuse(f": word {done + 1}", f"more than the {promised} words that the first line says", more[:20], MORE)


def write_binary_vectors(vectors: WordVectors, stream: IO[bytes]) -> None:
    """As word2vec's own program writes them; `<unk>` is left out.

    Raises:
        ValueError: a word with a space or a line end in it, which would not be found again.
    """
    ids = [id for id, token in enumerate(vectors.tokens) if token != UNKNOWN]
    stream.write(f"{len(ids)} {vectors.width}\n".encode())
    for id in ids:
        token = vectors.tokens[id]
        if " " in token or "\n" in token:
            raise ValueError(f"the binary form cannot hold words with spaces; save .vec. Received: {token!r}")
        stream.write(token.encode() + b" " + vectors.matrix[id].astype(FLOAT).tobytes() + b"\n")


def _found(buffer: bytes, size: int, most: int) -> tuple[list[bytes], list[int], int]:
    """Words whose vectors are in the buffer as a whole, where these begin, and where the rest does."""
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


def _take(buffer: bytes, names: list[bytes], starts: list[int], width: int, done: int, rows: VectorRows) -> None:
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
            fault = "it is empty" if not word else None if finite[row] else "a number that is not finite"
        if fault:
            rows.refuse(f": word {done + row + 1}", fault, name)
        else:
            words.append(word)
            kept.append(row)
    matrix = matrix if len(kept) == len(names) else matrix[kept]
    rows.add(words, matrix, lambda row: f": word {done + kept[row] + 1}")
