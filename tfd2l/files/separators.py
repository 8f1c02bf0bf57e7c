"""What stands between the columns of a table, told from its first line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from tfd2l.errors import DataError
from tfd2l.files.csv_rows import split_row
from tfd2l.files.names import get_suffix

TAB = "\t"
SEPARATOR_NAMES = {",": "commas", TAB: "tabs", ";": "semicolons", "|": "vertical bars"}
SEPARATOR_WORDS = {"comma": ",", "tab": TAB, "semicolon": ";", "bar": "|"}  # as they are typed where a shell reads them


def get_default_separator(name: str) -> str:
    """Returns the separator that the ending of a file name says: a comma for `.csv`, else a tab."""
    return "," if get_suffix(name) == ".csv" else TAB


def is_quoted(name: str, separator: str) -> bool:
    """Tells whether cells may stand in quotation marks: not where tabs separate them, unless the file is a `.csv`."""
    return separator != TAB or get_suffix(name) == ".csv"


def parse_separator(separator: str) -> str:
    """Returns the separator that was asked for.

    Raises:
        DataError: it is not one character that can separate.
    """
    separator = SEPARATOR_WORDS.get(separator, separator)
    if len(separator) != 1 or separator in '"\n\r':
        words = ", ".join(SEPARATOR_WORDS)
        raise DataError(f"dataset.separator is one character, or one of {words}. Received: {separator!r}")
    return separator


def find_separator(line: str, usual: str, wanted: Collection[str], quoted: Callable[[str], bool]) -> str:
    """Returns what separates the columns of a header: the usual one unless another gives more of the wanted columns.

    Args:
        line: the header.
        usual: what the ending of the file says.
        wanted: names of columns.
        quoted: tells of a separator whether cells may stand in quotation marks.
    """

    def fitness(separator: str) -> tuple[int, int]:
        names = split_row(line, separator, quoted=quoted(separator))
        found = len({name.strip() for name in names}.intersection(wanted))
        return found, 0 if found else min(len(names), 2 if separator == usual else len(names))

    return max([usual, *SEPARATOR_NAMES], key=fitness)  # the first of equals


def find_separator_by_width(line: str, usual: str, widths: Sequence[int], quoted: Callable[[str], bool]) -> str:
    """Returns what separates the cells of a row without a header: the usual one unless only another gives so many."""
    fitting = (separator for separator in [usual, *SEPARATOR_NAMES] if _width(line, separator, quoted) in widths)
    return usual if _width(line, usual, quoted) > 1 else next(fitting, usual)


def _width(line: str, separator: str, quoted: Callable[[str], bool]) -> int:
    return len(split_row(line, separator, quoted=quoted(separator)))
