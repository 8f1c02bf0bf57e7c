"""Detection of the separator of delimited text files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from tfd2l.errors import DataError
from tfd2l.files.csv_rows import split_row
from tfd2l.files.names import get_suffix

TAB = "\t"
SEPARATOR_NAMES = {",": "commas", TAB: "tabs", ";": "semicolons", "|": "vertical bars"}
SEPARATOR_WORDS = {"comma": ",", "tab": TAB, "semicolon": ";", "bar": "|"}  # as they are typed where a shell reads them


def get_default_separator(name: str) -> str:
    """Returns the separator that the suffix of a file stands for: a comma for `.csv`, otherwise a tab.

    Args:
        name: The name of the file.

    Returns:
        The separator.

    Example:
        >>> from tfd2l.files.separators import get_default_separator
        >>> get_default_separator("train.csv")
        ','
    """
    return "," if get_suffix(name) == ".csv" else TAB


def is_quoted(name: str, separator: str) -> bool:
    """Returns whether cells may stand in quotation marks: not between tabs, unless the file is a `.csv`.

    Args:
        name: The name of the file.
        separator: Its separator.

    Returns:
        A boolean.
    """
    return separator != TAB or get_suffix(name) == ".csv"


def parse_separator(separator: str) -> str:
    """Parses the separator of the configuration.

    Args:
        separator: One character, or `comma`, `tab`, `semicolon` or `bar`.

    Returns:
        The character.

    Raises:
        DataError: It is not one character that can separate cells.

    Example:
        >>> from tfd2l.files.separators import parse_separator
        >>> parse_separator("semicolon")
        ';'
    """
    separator = SEPARATOR_WORDS.get(separator, separator)
    if len(separator) != 1 or separator in '"\n\r':
        words = ", ".join(SEPARATOR_WORDS)
        raise DataError(f"dataset.separator is one character, or one of {words}. Received: {separator!r}")
    return separator


def find_separator(line: str, default: str, wanted: Collection[str], quoted: Callable[[str], bool]) -> str:
    """Finds the separator of a header: the default one unless another one gives more of the wanted columns.

    Args:
        line: The header.
        default: The separator that the suffix of the file stands for.
        wanted: Names of columns.
        quoted: A function that returns whether cells may stand in quotation marks with a separator.

    Returns:
        The separator.

    Example:
        >>> from tfd2l.files.separators import find_separator
        >>> find_separator("id;text;label", ",", wanted=["text", "label"], quoted=lambda separator: True)
        ';'
    """

    def fitness(separator: str) -> tuple[int, int]:
        names = split_row(line, separator, quoted=quoted(separator))
        found = len({name.strip() for name in names}.intersection(wanted))
        return found, 0 if found else min(len(names), 2 if separator == default else len(names))

    return max([default, *SEPARATOR_NAMES], key=fitness)  # the first of equals


def find_separator_by_width(line: str, default: str, widths: Sequence[int], quoted: Callable[[str], bool]) -> str:
    """Finds the separator of a row without a header: the default one unless only another one gives the number of cells.

    Args:
        line: The row.
        default: The separator that the suffix of the file stands for.
        widths: The numbers of cells that are possible.
        quoted: A function that returns whether cells may stand in quotation marks with a separator.

    Returns:
        The separator.
    """
    fitting = (
        separator for separator in [default, *SEPARATOR_NAMES] if _count_cells(line, separator, quoted) in widths
    )
    return default if _count_cells(line, default, quoted) > 1 else next(fitting, default)


def _count_cells(line: str, separator: str, quoted: Callable[[str], bool]) -> int:
    return len(split_row(line, separator, quoted=quoted(separator)))
