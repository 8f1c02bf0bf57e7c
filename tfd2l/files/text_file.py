r"""Reading of text files of users: encoding, byte-order marks and line ends.

A text file is UTF-8, with or without a byte-order mark, or UTF-16 or UTF-32 with one. Its lines end at `\n` or `\r\n`,
or at `\r`, as on old Macs, if its beginning has none of these. Nothing else ends a line: U+2028, U+0085, vertical tabs
and form feeds are characters. A carriage return inside a line is read as a space, and counted.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from tfd2l.errors import DataError
from tfd2l.files.encoding import (
    MAX_MARK_LENGTH,
    explain_fault,
    find_mark,
    guess_encoding,
    is_text,
    make_printable,
    refuse_unmarked_utf16,
)
from tfd2l.files.opening import File, open_bytes

BLOCK_SIZE = 1 << 22  # bytes read at a time
NEWLINE, CARRIAGE_RETURN = b"\n", b"\r"
RETURNS = "carriage returns inside lines, read as spaces"


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


class Line(NamedTuple):
    """A line without its end: its number from 1, its text, and what is wrong with it (None if it is text).

    The bytes of a faulty line that are not UTF-8 are surrogates in its text, so it can be printed.
    """

    number: int
    text: str
    fault: str | None


def read_lines(file: File) -> Iterator[tuple[int, str]]:
    """Yields the number, from 1, and the text of each line, without its end.

    Args:
        file: The file.

    Yields:
        The number and the text.

    Raises:
        DataError: The file cannot be read, or a line is not UTF-8. The error names file, line and byte.
    """
    for number, text, fault in scan_lines(file):
        if fault is not None:
            raise DataError(f"{file}:{number}: {fault}. Received: {make_printable(text)}")
        yield number, text


def read_text(file: File) -> str:
    r"""Reads a whole file, whose lines end at `\n` then; see `read_lines`.

    Args:
        file: The file.

    Returns:
        The text.
    """
    return "".join(f"{text}\n" for _, text in read_lines(file))


def scan_lines(file: File, counts: Counter[str] | None = None) -> Iterator[Line]:
    """Yields all lines, faulty ones too, in bounded memory.

    Args:
        file: The file.
        counts: A counter to which the number of carriage returns inside lines is added. Defaults to None.

    Yields:
        The lines.

    Raises:
        DataError: The file cannot be read, or looks like UTF-16 without a byte-order mark.
    """
    with open_bytes(file) as stream:
        yield from scan_stream(stream, str(file), counts)


def scan_stream(stream: Readable, name: str, counts: Counter[str] | None = None) -> Iterator[Line]:
    """Yields the lines of an open stream, such as standard input; see `scan_lines`.

    Args:
        stream: A stream of bytes, at its beginning.
        name: The name of the file, for errors.
        counts: A counter to which the number of carriage returns inside lines is added. Defaults to None.

    Yields:
        The lines.
    """
    before = 0  # lines
    has_non_ascii = False  # whether there were valid characters beyond ASCII
    for block in read_utf8_blocks(stream, name, counts):
        if is_text(block):
            has_non_ascii = has_non_ascii or not block.isascii()
            lines = block.decode("utf-8").split("\n")
            lines.pop()  # a block ends with the end of a line
            for number, text in enumerate(lines, start=before + 1):
                yield Line(number, text, None)
        else:
            guess = "" if has_non_ascii else guess_encoding(block, name)
            for number, line in enumerate(block.split(NEWLINE)[:-1], start=before + 1):
                fault = None if is_text(line) else f"{explain_fault(line)}{guess}"
                yield Line(number, line.decode("utf-8", "surrogateescape"), fault)
        before += block.count(NEWLINE)


def read_utf8_blocks(stream: Readable, name: str, counts: Counter[str] | None = None) -> Iterator[bytes]:
    r"""Yields a text in blocks of whole lines, each of which ends with `\n`, without a byte-order mark.

    The bytes are UTF-8 unless the file is faulty, which `is_text` tests.

    Args:
        stream: A stream of bytes, at its beginning.
        name: The name of the file, for errors.
        counts: A counter to which the number of carriage returns inside lines is added. Defaults to None.

    Yields:
        The blocks.

    Raises:
        DataError: The file looks like UTF-16 without a byte-order mark, or ends inside a character of UTF-16.
    """
    end = b""
    pending: list[bytes] = []  # pieces of a line that has not ended
    for piece in _read_utf8_pieces(stream, name):
        end = end or _find_line_end(piece)
        cut = _find_last_line_end(piece, end)
        if not cut:
            pending.append(piece)
            continue
        whole = b"".join([*pending, piece[:cut]])
        pending = [piece[cut:]]
        yield _convert_line_ends(whole, end, counts)
    last = b"".join(pending)
    if last:
        last = _convert_line_ends(last, end or CARRIAGE_RETURN, counts)
        yield last if last.endswith(NEWLINE) else last + NEWLINE


def _read_utf8_pieces(stream: Readable, name: str) -> Iterator[bytes]:
    """Yields the bytes of a text in UTF-8, cut anywhere."""
    piece = stream.read(BLOCK_SIZE + MAX_MARK_LENGTH)
    mark, encoding = find_mark(piece)
    piece = piece[len(mark) :]
    if encoding == "utf-8":
        refuse_unmarked_utf16(piece, name)
        while piece:
            yield piece
            piece = stream.read(BLOCK_SIZE)
        return
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        while piece:
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
            piece = stream.read(BLOCK_SIZE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name}: its byte-order mark says {encoding.upper()}, but it breaks off inside a character or holds none: "
            f"{error.reason}. Fetch it again. Received: bytes {error.object[error.start : error.end].hex(' ')}"
        ) from error


def _find_line_end(piece: bytes) -> bytes:
    """Returns what ends the lines of a text, as its beginning tells; nothing while it has no whole line."""
    if NEWLINE in piece:
        return NEWLINE
    return CARRIAGE_RETURN if CARRIAGE_RETURN in piece[:-1] else b""  # the last may be followed by a newline


def _find_last_line_end(piece: bytes, end: bytes) -> int:
    """Returns where the last whole line of a piece ends; 0 if none does."""
    if not end:
        return 0
    cut = piece.rfind(end, 0, None if end == NEWLINE else -1) + 1
    return cut + 1 if cut and end == CARRIAGE_RETURN and piece[cut : cut + 1] == NEWLINE else cut


def _convert_line_ends(lines: bytes, end: bytes, counts: Counter[str] | None) -> bytes:
    if CARRIAGE_RETURN not in lines:
        return lines
    lines = lines.replace(CARRIAGE_RETURN + NEWLINE, NEWLINE)
    if end == CARRIAGE_RETURN:
        return lines.replace(CARRIAGE_RETURN, NEWLINE)
    if counts is not None and (inside := lines.count(CARRIAGE_RETURN)):
        counts[RETURNS] += inside
    return lines.replace(CARRIAGE_RETURN, b" ")
