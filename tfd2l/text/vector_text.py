"""Text files of word vectors: GloVe's `.txt`, and `.vec` of fastText and word2vec with the number of words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import csv

from tfd2l.files.text_file import NEWLINE, read_utf8_blocks
from tfd2l.text.vector_rows import VectorRows, parse_header
from tfd2l.text.vectors import WordVectors

DIGITS = 9  # with which a float32 is written and read back exactly


class _BadLine(ValueError):
    """A line that cannot be used, and the reason under which such lines are counted."""

    def __init__(self, fault: str, reason: str = "") -> None:
        super().__init__(fault)
        self.reason = reason or fault


def read_text_vectors(stream: IO[bytes], rows: VectorRows) -> None:
    """Reads word vectors from lines `word value ... value`, after a line `words width` or without one.

    Values are parsed many lines at once, and line by line only where there is a fault. A word may contain spaces
    (GloVe's `. . .`) as long as what follows them is not a number.

    Args:
        stream: The file, opened for reading bytes.
        rows: Collects the vectors.

    Raises:
        DataError: A line has another number of values, a value that is not a finite number, a word that is not UTF-8 or
            that occurs twice, or is empty; or the number of lines is not that of the first line. The error names file
            and line.
    """
    blocks = read_utf8_blocks(stream, rows.name, rows.counts)
    first, newline, rest = next(blocks, b"").partition(NEWLINE)
    header = parse_header(first)
    width = header[1] if header else len(first.split()) - 1
    if width < 1:
        rows.stop(":1", "expected a word with its values, or the number of words and the number of values", first)
    line = 2 if header else 1
    for block in chain([rest if header else first + newline + rest], blocks):
        while block and rows.room != 0:
            part, block = _split_block(block, rows.room)
            _add_block(part, width, line, rows)
            line += part.count(b"\n")
        if rows.room == 0:
            return
    expected = header[0] if header else line - 1
    found = line - (2 if header else 1)
    if found != expected:
        reason = "words that the first line promises" if found < expected else "first lines that promise fewer words"
        fault = f"the first line says {expected} words, and {found} lines follow"
        rows.refuse(":1", fault, first, reason, max(expected - found, 1))


def write_text_vectors(vectors: WordVectors, stream: IO[bytes], *, header: bool) -> None:
    """Writes word vectors as lines `word value ... value`, without `<unk>`.

    Values have nine digits, so that the same float32 are read back.

    Args:
        vectors: The word vectors.
        stream: The file, opened for writing bytes.
        header: Whether to write a first line `words width`.
    """
    rows = vectors.known_rows()
    if header:
        stream.write(f"{len(rows)} {vectors.width}\n".encode())
    form = " ".join([f"%.{DIGITS}g"] * vectors.width)
    for row in rows:
        stream.write(f"{vectors.tokens[row]} {form % tuple(vectors.matrix[row].tolist())}\n".encode())


def _split_block(block: bytes, lines: int | None) -> tuple[bytes, bytes]:
    """Splits a block after its first lines."""
    if lines is None or block.count(b"\n") <= lines:
        return block, b""
    *head, rest = block.split(b"\n", lines)
    return b"\n".join([*head, b""]), rest


def _add_block(block: bytes, width: int, line: int, rows: VectorRows) -> None:
    """Adds the lines of a block, the first of which has the number `line`."""
    count = block.count(b"\n")
    try:
        words, matrix = _parse(block.replace(b" \n", b"\n"), width)
    except pa.ArrowInvalid:
        words, matrix = [], np.empty((0, width), np.float32)
    lines: Sequence[int] = range(line, line + count)
    if len(words) < count or not np.isfinite(matrix).all() or "" in words:
        words, matrix, lines = _parse_by_line(block, width, line, rows)
    rows.add(words, matrix, lambda row: f":{lines[row]}")


def _parse(block: bytes, width: int) -> tuple[list[str], np.ndarray]:
    names = ["word", *map(str, range(width))]
    table = csv.read_csv(
        pa.BufferReader(block),
        csv.ReadOptions(column_names=names, block_size=len(block) + 1),
        csv.ParseOptions(delimiter=" ", quote_char=False),
        csv.ConvertOptions(
            column_types={"word": pa.string(), **dict.fromkeys(names[1:], pa.float32())}, null_values=[]
        ),
    )
    matrix = np.empty((table.num_rows, width), np.float32)
    for column, name in enumerate(names[1:]):
        matrix[:, column] = table[name].to_numpy()
    return table["word"].to_pylist(), matrix


def _parse_by_line(block: bytes, width: int, line: int, rows: VectorRows) -> tuple[list[str], np.ndarray, list[int]]:
    """Parses a block line by line; bad lines are refused."""
    words, numbers, lines = [], [], []
    for number, text in enumerate(block[:-1].split(b"\n"), start=line):
        try:
            word, values = _parse_line(text.rstrip(), width)
        except _BadLine as bad:
            rows.refuse(f":{number}", str(bad), text, bad.reason)
            continue
        words.append(word)
        numbers.append(values)
        lines.append(number)
    return words, np.array(numbers, np.float32).reshape(-1, width), lines


def _parse_line(text: bytes, width: int) -> tuple[str, list[float]]:
    if not text:
        raise _BadLine("the line is empty")
    fields = text.split(b" ")
    between = fields[1:-width]  # parts of a word with spaces, or excess values
    if len(fields) <= width or (between and all(map(_is_number, between))):
        raise _BadLine(f"{len(fields) - 1} values instead of {width}", "another number of values")
    values = []
    for field in fields[-width:]:
        if not _is_number(field):
            raise _BadLine(f"{field.decode('utf-8', 'backslashreplace')!r} is not a number", "not a number")
        values.append(float(field))
    with np.errstate(over="ignore"):
        finite = np.isfinite(np.array(values, np.float32)).all()
    if not finite:
        raise _BadLine("a value that is not finite")
    word = b" ".join(fields[:-width])
    if not word:
        raise _BadLine("values without a word")
    try:
        return word.decode("utf-8"), values
    except UnicodeDecodeError:
        raise _BadLine("the word is not UTF-8") from None


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return b"_" not in field  # Python accepts 1_000
