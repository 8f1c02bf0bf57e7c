"""How the bytes of a text file are told to be UTF-8, UTF-16 or neither."""

from __future__ import annotations

import codecs

from tfd2l.errors import DataError

MARKS = (  # UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MAX_MARK_LENGTH = max(len(mark) for mark, _ in MARKS)
SAMPLE_SIZE = 1 << 12  # bytes in which UTF-16 is looked for
MANY, FEW = 0.3, 0.05  # shares of NUL bytes: in one of every two bytes of UTF-16, and in the other
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b"))  # a text has none


def find_mark(beginning: bytes) -> tuple[bytes, str]:
    """Returns the byte-order mark that a file begins with, and its encoding; UTF-8 has none as a rule."""
    return next(((mark, encoding) for mark, encoding in MARKS if beginning.startswith(mark)), (b"", "utf-8"))


def is_text(block: bytes) -> bool:
    """Tells whether bytes are UTF-8 without NUL bytes, which no text has."""
    if b"\0" in block:
        return False
    try:
        codecs.utf_8_decode(block, "strict", True)
    except UnicodeDecodeError:
        return False
    return True


def refuse_unmarked_utf16(beginning: bytes, name: str) -> None:
    """Refuses a file of which every second byte is NUL.

    Raises:
        DataError: it looks like UTF-16 without a byte-order mark.
    """
    sample = beginning[:SAMPLE_SIZE]
    first, second = (half.count(0) / max(len(half), 1) for half in (sample[0::2], sample[1::2]))
    for zeros, others, encoding in ((second, first, "UTF-16LE"), (first, second, "UTF-16BE")):
        if zeros > MANY and others < FEW:
            raise DataError(
                f"{name}:1: expected UTF-8; the file looks like UTF-16 without a byte-order mark. Convert it: "
                f"`iconv -f {encoding} -t UTF-8 {name} > NEW_FILE`. Received: bytes {sample[:8].hex(' ')} ..."
            )


def explain_fault(line: bytes) -> str:
    """Says which byte of a line is no text, for a line that `is_text` refuses."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        return f"expected UTF-8; byte 0x{line[error.start]:02x} at column {column} is none"
    return f"expected text; column {line.index(0) + 1} holds a NUL byte"


def guess_encoding(block: bytes, name: str) -> str:
    """Returns what a faulty text may be and how to convert it, to be said after a fault; nothing if unclear."""
    readable = block.decode("utf-8", "ignore").isascii()  # not a single valid character beyond ASCII
    if readable and block.translate(None, CONTROLS) == block:
        return (
            ". The file looks like Latin-1 or Windows-1252: convert it, "
            f"`iconv -f WINDOWS-1252 -t UTF-8 {name} > NEW_FILE`"
        )
    return ""


def make_printable(text: str, length: int = 160) -> str:
    """Returns the beginning of a text in characters that every terminal in UTF-8 shows."""
    text = text.strip().encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= length else f"{text[: length - 3]}..."
