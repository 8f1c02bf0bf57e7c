"""JSON Lines: one object of named values a line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tfd2l.errors import listing
from tfd2l.files.bad_files import BadRecord
from tfd2l.files.text_file import Line


def scan_json_lines(lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, Any] | BadRecord]]:
    """Yields the line number, from 1, and the object of each line that is not empty, or why it holds no object.

    Args:
        lines: The lines of the text.

    Yields:
        The number of the line, and the object or what is wrong with it.
    """
    for number, text, fault in lines:
        if fault is not None:
            yield number, BadRecord(fault, text, "lines that are not UTF-8 text")
        elif text.strip():
            yield number, _read_object(text)


def _read_object(text: str) -> dict[str, Any] | BadRecord:
    try:
        value = json.loads(text.rstrip(), object_pairs_hook=_reject_duplicate_keys)
    except BadRecord as bad:
        return BadRecord(str(bad), text, bad.reason)
    except json.JSONDecodeError as error:
        return BadRecord(f"not valid JSON: {error.msg} at column {error.colno}", text, "not valid JSON")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets thousands deep
        return BadRecord(f"not usable JSON: {error}", text, "not usable JSON")
    return value if isinstance(value, dict) else BadRecord("not a JSON object of named values", text)


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        raise BadRecord(f"duplicate keys: {listing(twice)}", reason="duplicate keys")
    return value
