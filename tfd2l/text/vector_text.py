"""Word vectors as text: GloVe's `.txt`, and fastText's and word2vec's `.vec` with a line that says how many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import csv

from tfd2l.files.text_file import NEWLINE, read_utf8_blocks
from tfd2l.text.vector_rows import VectorRows
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

DIGITS = 9  # of a float32, so that the same number comes back


class _Bad(ValueError):
    """A line that cannot be used, and the reason under which such are counted."""

    def __init__(self, fault: str, reason: str = "") -> None:
        super().__init__(fault)
        self.reason = reason or fault


def read_text_vectors(stream: IO[bytes], rows: VectorRows) -> None:
    """Lines `word number ... number`, after a line `words width` or without one.

    Numbers are parsed many lines at once; line by line only where something is wrong. A word may hold spaces (GloVe's
    `. . .`) as long as what stands after them is no number.

    Raises:
        DataError: a line of another width, without a number where one should be, not UTF-8, or empty; a word that was
            there before; fewer or more lines than the first one says. With file and line.
    """
    blocks = read_utf8_blocks(stream, rows.name, rows.counts)
    first, newline, rest = next(blocks, b"").partition(NEWLINE)
    header = _header(first)
    width = header[1] if header else len(first.split()) - 1
    if width < 1:
        rows.stop(":1", "neither a word with its numbers, nor how many words and numbers there are", first)
    line = 2 if header else 1
    for block in chain([rest if header else first + newline + rest], blocks):
        while block and rows.room != 0:
            part, block = _cut(block, rows.room)
            _read(part, width, line, rows)
            line += part.count(b"\n")
        if rows.room == 0:
            return
    promised = header[0] if header else line - 1
    came = line - (2 if header else 1)
    if came != promised:
        reason = "words that the first line promises" if came < promised else "first lines that promise fewer words"
        fault = f"the first line says {promised} words, and {came} lines follow"
        rows.refuse(":1", fault, first, reason, max(promised - came, 1))


def write_text_vectors(vectors: WordVectors, stream: IO[bytes], *, header: bool) -> None:
    """Lines `word number ... number`, with nine digits so that the same float32 come back; `<unk>` is left out."""
    ids = [id for id, token in enumerate(vectors.tokens) if token != UNKNOWN]
    if header:
        stream.write(f"{len(ids)} {vectors.width}\n".encode())
    form = " ".join([f"%.{DIGITS}g"] * vectors.width)
    for id in ids:
        stream.write(f"{vectors.tokens[id]} {form % tuple(vectors.matrix[id].tolist())}\n".encode())


def _header(line: bytes) -> tuple[int, int] | None:
    """How many words and how many numbers each, if a file's first line says so."""
    fields = line.split()
    return (int(fields[0]), int(fields[1])) if len(fields) == 2 and all(map(bytes.isdigit, fields)) else None


def _cut(block: bytes, lines: int | None) -> tuple[bytes, bytes]:
    """The first lines of a block, and the rest."""
    if lines is None or block.count(b"\n") <= lines:
        return block, b""
    *head, rest = block.split(b"\n", lines)
    return b"\n".join([*head, b""]), rest


def _read(block: bytes, width: int, line: int, rows: VectorRows) -> None:
    """Lines of which the first has the number `line`."""
    count = block.count(b"\n")
    try:
        words, matrix = _parse(block.replace(b" \n", b"\n"), width)
    except pa.ArrowInvalid:
        words, matrix = [], np.empty((0, width), np.float32)
    lines: Sequence[int] = range(line, line + count)
    if len(words) < count or not np.isfinite(matrix).all() or "" in words:
        words, matrix, lines = _one_by_one(block, width, line, rows)
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


def _one_by_one(block: bytes, width: int, line: int, rows: VectorRows) -> tuple[list[str], np.ndarray, list[int]]:
    """The good lines among some bad ones, which are refused."""
    words, numbers, lines = [], [], []
    for number, text in enumerate(block[:-1].split(b"\n"), start=line):
        try:
            word, values = _row(text.rstrip(), width)
        except _Bad as bad:
            rows.refuse(f":{number}", str(bad), text, bad.reason)
            continue
        words.append(word)
        numbers.append(values)
        lines.append(number)
    return words, np.array(numbers, np.float32).reshape(-1, width), lines


def _row(text: bytes, width: int) -> tuple[str, list[float]]:
    if not text:
        raise _Bad("the line is empty")
    fields = text.split(b" ")
    between = fields[1:-width]  # parts of a word with spaces, or numbers too many
    if len(fields) <= width or (between and all(map(_is_number, between))):
        raise _Bad(f"{len(fields) - 1} numbers, where there should be {width}", "another number of numbers")
    values = []
    for field in fields[-width:]:
        if not _is_number(field):
            raise _Bad(f"{field.decode('utf-8', 'backslashreplace')!r} is not a number", "not a number")
        values.append(float(field))
    with np.errstate(over="ignore"):
        finite = np.isfinite(np.array(values, np.float32)).all()
    if not finite:
        raise _Bad("a number that is not finite")
    word = b" ".join(fields[:-width])
    if not word:
        raise _Bad("numbers without a word")
    try:
        return word.decode("utf-8"), values
    except UnicodeDecodeError:
        raise _Bad("the word is not UTF-8") from None


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return b"_" not in field  # Python's own 1_000
