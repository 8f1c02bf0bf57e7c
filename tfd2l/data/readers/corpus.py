"""Running text: a line an example, streamed from files of any size."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import tensorflow as tf

from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.records import File, OnBadRecord
from tfd2l.data.readers.text_copies import rewrite_text, unpack_text
from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.encoding import explain_fault, find_mark, guess_encoding, is_text
from tfd2l.files.names import get_suffix
from tfd2l.files.opening import UNPACKED, open_bytes
from tfd2l.files.text_file import CARRIAGE_RETURN, NEWLINE, read_utf8_blocks

SUFFIXES = (".txt", ".tokens", ".raw")
SHOWN = 40  # bytes of a bad line in an error
EMPTY, NOT_TEXT = "empty lines", "lines that are not UTF-8 text"


@dataclass(frozen=True)
class ScannedText:
    """A text file that was read once from end to end.

    Args:
        path: Where its lines lie as TensorFlow reads them, outside of any archive.
        lines: Those with something in them.
        counts: What was left out, changed or odd, in words.
        digest: SHA-256 of its bytes.
    """

    path: Path
    lines: int
    counts: Mapping[str, int]
    digest: str

    def dataset(self) -> tf.data.Dataset:
        """`{"text": ()}` for every line that holds something, read as it is needed."""
        ds = tf.data.TextLineDataset(str(self.path))
        if EMPTY in self.counts:
            ds = ds.filter(_has_text)
        return ds.map(lambda text: {"text": text}).apply(tf.data.experimental.assert_cardinality(self.lines))


def make_corpus_splits(
    files: Mapping[str, File],
    *,
    source: str,
    on_bad_record: OnBadRecord,
    num_lines: int | None = None,
    held_out: bool = True,
) -> tuple[Splits, DataInfo]:
    """Makes splits whose examples are the lines of text files, `{"text": ()}`; empty lines are left out and counted.

    No file is held in memory: each is looked through once (its lines counted and checked), and read again as examples
    are needed. One that lies in an archive is unpacked into the cache.

    Args:
        files: Split -> its file; or `{"all": file}`, whose lines are cut 80/10/10 in the order in which they stand.
        source: See `DataInfo`.
        on_bad_record: "error" stops at the first line that is not text; "skip" leaves such lines out and counts them.
        num_lines: Take so many lines of train, the first ones; None takes all.
        held_out: False makes train the only split.

    Raises:
        DataError: A line that is not UTF-8 (with file and line), or a split without a line.
    """
    texts = {split: scan_text(file, on_bad_record) for split, file in files.items()}
    splits = {split: text.dataset() for split, text in texts.items()}
    sizes = {split: text.lines for split, text in texts.items()}
    if not held_out:
        splits, sizes = {"train": next(iter(splits.values()))}, {"train": next(iter(sizes.values()))}
    elif "all" in splits:
        whole, lines = splits["all"], sizes["all"]
        tenth = max(lines // 10, 1)
        sizes = {"train": lines - 2 * tenth, "validation": tenth, "test": tenth}
        splits, start = {}, 0
        for split, size in sizes.items():
            splits[split] = whole.skip(start).take(size)
            start += size
    if num_lines is not None and num_lines < sizes["train"]:
        splits["train"], sizes["train"] = splits["train"].take(num_lines), num_lines
    for split, size in sizes.items():
        if size < 1:
            read = {name: text.lines for name, text in texts.items()}
            raise DataError(
                f"{source}: no line is left for the {split} split. Received: {read} lines with something in them"
            )
    counts = sum((Counter(text.counts) for text in texts.values()), Counter[str]())
    digest = hashlib.sha256(repr(sorted((s, t.digest) for s, t in texts.items())).encode() + str(sizes).encode())
    return splits, DataInfo(
        inputs=("text",),
        example_spec=splits["train"].element_spec,
        sizes=sizes,
        source=source,
        fingerprint=digest.hexdigest()[:16],
        counts=dict(counts),
    )


def scan_text(file: File, on_bad_record: OnBadRecord) -> ScannedText:
    """Scans a text file once: counts its lines, checks that they are text.

    What TensorFlow would not read as the lines are meant (another encoding, a byte-order mark, carriage returns inside
    lines, faulty lines that are skipped, a packed file) is written anew into the cache.

    Raises:
        DataError: A line that is not UTF-8, unless such are skipped; or nothing but empty lines.
    """
    path = unpack_text(file)
    bad, counts = BadFiles(on_bad_record), Counter[str]()
    lines = before = 0
    foreign = False  # whether there were valid characters beyond ASCII
    with open_bytes(path) as opened:
        watched = _Watched(opened)
        for block in read_utf8_blocks(watched, str(file), counts):
            some = block.split(NEWLINE)[:-1]
            faulty = [] if is_text(block) else [index for index, line in enumerate(some) if not is_text(line)]
            foreign = foreign or not (faulty or block.isascii())
            guess = guess_encoding(block, str(file)) if faulty and not foreign else ""
            for index in faulty:
                fault = f"{explain_fault(some[index])}{guess}"
                bad(f"{file}:{before + index + 1}", fault, NOT_TEXT, repr(some[index][:SHOWN]))
            empty = sum(not line.strip() for line in some)
            counts[EMPTY] += empty
            before += len(some)
            lines += len(some) - empty - len(faulty)
    if not lines:
        raise DataError(f"{file}: there is no text in it. Received: {path.stat().st_size} bytes")
    digest = watched.digest.hexdigest()
    if watched.is_unusual or bad.counts or get_suffix(path.name) == UNPACKED:
        path = rewrite_text(path, digest)
    counts.update(bad.counts)
    return ScannedText(path, lines, {reason: count for reason, count in counts.items() if count}, digest)


class _Watched:
    """A stream of which is known, once it is read: its digest, and whether TensorFlow reads its lines otherwise."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._returns = 0  # carriage returns without a newline
        self._last = b""
        self.digest = hashlib.sha256()
        self.is_unusual = False

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        if not self._last:
            self.is_unusual = find_mark(block)[0] != b""
        if CARRIAGE_RETURN in block or self._last == CARRIAGE_RETURN:
            pair = self._last == CARRIAGE_RETURN and block.startswith(NEWLINE)
            self._returns += block.count(CARRIAGE_RETURN) - block.count(CARRIAGE_RETURN + NEWLINE) - pair
        self._last = block[-1:] or self._last
        if not block:
            self.is_unusual |= self._returns > 0
        self.digest.update(block)
        return block


def _has_text(text: tf.Tensor) -> tf.Tensor:
    return tf.strings.length(tf.strings.strip(text)) > 0
