"""Detection of the encoding of text files: UTF-8, UTF-16, UTF-32, or none of them."""

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
SAMPLE_SIZE = 1 << 12  # bytes in which UTF-16 is searched for
MANY, FEW = 0.3, 0.05  # shares of NUL bytes among the high and the low bytes of UTF-16
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b"))  # which do not occur in texts


def find_mark(beginning: bytes) -> tuple[bytes, str]:
    r"""Finds the byte-order mark of a file, and the encoding that it stands for.

    Args:
        beginning: The first bytes of the file.

    Returns:
        The mark, which may be empty, and the encoding, UTF-8 without a mark.

    Example:
        >>> from tfd2l.files.encoding import find_mark
        >>> find_mark("é".encode("utf-16"))
        (b'\xff\xfe', 'utf-16-le')
    """
    return next(((mark, encoding) for mark, encoding in MARKS if beginning.startswith(mark)), (b"", "utf-8"))


def is_text(block: bytes) -> bool:
    """Returns whether bytes are UTF-8 without NUL bytes.

    Args:
        block: The bytes, which end with a whole character.

    Returns:
        A boolean.

    Example:
        >>> from tfd2l.files.encoding import is_text
        >>> is_text("é".encode("utf-8")), is_text("é".encode("latin-1"))
        (True, False)
    """
    if b"\0" in block:
        return False
    try:
        codecs.utf_8_decode(block, "strict", True)
    except UnicodeDecodeError:
        return False
    return True


def refuse_unmarked_utf16(beginning: bytes, name: str) -> None:
    """Refuses a file of which every second byte is NUL.

    Args:
        beginning: The first bytes of the file.
        name: The name of the file, for the error.

    Raises:
        DataError: The file looks like UTF-16 without a byte-order mark.
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
    """Explains which byte of a line is not text.

    Args:
        line: A line that `is_text` refuses.

    Returns:
        What was expected and what the byte is, with its column.
    """
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8")) + 1
        return f"expected UTF-8; byte 0x{line[error.start]:02x} at column {column} is none"
    return f"expected text; column {line.index(0) + 1} holds a NUL byte"


def guess_encoding(block: bytes, name: str) -> str:
    """Guesses the encoding of a text that is not UTF-8, and explains how to convert it.

    Args:
        block: The bytes.
        name: The name of the file, for the command.

    Returns:
        A sentence to append to a fault; empty if the encoding is unclear.
    """
    readable = block.decode("utf-8", "ignore").isascii()  # not a single valid character beyond ASCII
    if readable and block.translate(None, CONTROLS) == block:
        return (
            ". The file looks like Latin-1 or Windows-1252: convert it, "
            f"`iconv -f WINDOWS-1252 -t UTF-8 {name} > NEW_FILE`"
        )
    return ""


def make_printable(text: str, length: int = 160) -> str:
    """Makes the beginning of a text printable in every UTF-8 terminal.

    Args:
        text: The text.
        length: The maximum number of characters. Defaults to 160.

    Returns:
        The text without white space at its ends.

    Example:
        >>> from tfd2l.files.encoding import make_printable
        >>> make_printable(" a long text ", length=8)
        'a lon...'
    """
    text = text.strip().encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= length else f"{text[: length - 3]}..."
