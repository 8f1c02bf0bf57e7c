"""Running text: a line an example, streamed from files of any size."""

from __future__ import annotations

import codecs
import hashlib
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import tensorflow as tf

from tfd2l.config.paths import cache_dir
from tfd2l.datasets.data import DataInfo, Splits
from tfd2l.datasets.records import File, OnBadRecord
from tfd2l.errors import DataError

SUFFIXES = (".txt", ".tokens", ".raw")
BLOCK = 1 << 22  # bytes looked at at a time
SHOWN = 40  # bytes of a bad line in an error
EMPTY, BAD = "empty lines", "skipped lines that are not UTF-8"


@dataclass(frozen=True)
class Text:
    """A text file that was read once from end to end.

    Arguments:
        path: where it lies, outside of any archive.
        lines: those with something in them.
        counts: what was left out, changed or odd, in words.
        digest: SHA-256 of its bytes.
    """

    path: Path
    lines: int
    counts: Mapping[str, int]
    digest: str

    def dataset(self) -> tf.data.Dataset:
        """`{"text": ()}` for every line that holds something and is UTF-8, read as it is needed."""
        ds = tf.data.TextLineDataset(str(self.path))
        if self.counts:
            ds = ds.filter(_is_used)
        return ds.map(lambda text: {"text": text}).apply(tf.data.experimental.assert_cardinality(self.lines))


def corpus_splits(
    files: Mapping[str, File],
    *,
    source: str,
    on_bad_record: OnBadRecord,
    num_lines: int | None = None,
    held_out: bool = True,
) -> tuple[Splits, DataInfo]:
    """Splits whose examples are the lines of text files, `{"text": ()}`; empty lines are left out and counted.

    No file is held in memory: each is looked through once (its lines counted and checked), and read again as examples
    are needed. One that lies in an archive is unpacked into the cache.

    Arguments:
        files: split -> its file; or `{"all": file}`, whose lines are cut 80/10/10 in the order in which they stand.
        source: see `DataInfo`.
        on_bad_record: "error" stops at the first line that is not UTF-8; "skip" leaves such lines out and counts them.
        num_lines: take so many lines of train, the first ones; None takes all.
        held_out: False makes train the only split.

    Raises:
        DataError: a line that is not UTF-8 (with file and line), or a split without a line.
    """
    texts = {split: read_through(file, on_bad_record) for split, file in files.items()}
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
        element_spec=splits["train"].element_spec,
        sizes=sizes,
        source=source,
        fingerprint=digest.hexdigest()[:16],
        counts=dict(counts),
    )


def read_through(file: File, on_bad_record: OnBadRecord) -> Text:
    """Look through a text file once: count its lines, check that they are UTF-8.

    Raises:
        DataError: a line that is not, unless such are skipped; or nothing but empty lines.
    """
    path = unpacked(file)
    digest, counts = hashlib.sha256(), Counter[str]()
    lines = before = 0
    for block in _blocks(path):
        digest.update(block)
        some: list[bytes] = block.split(b"\n")
        if block.endswith(b"\n"):
            some.pop()
        empty = sum(not line.strip() for line in some)
        bad = [] if _is_utf8(block) else [index for index, line in enumerate(some) if not _is_utf8(line)]
        if bad and on_bad_record == "error":
            raise DataError(
                f"{file}:{before + bad[0] + 1}: the line is not UTF-8. Mend it, or leave such lines out (they are "
                f"counted): `dataset.on_bad_record=skip`. Received: {some[bad[0]][:SHOWN]!r}"
            )
        counts.update({EMPTY: empty, BAD: len(bad)})
        before += len(some)
        lines += len(some) - empty - len(bad)
    if not lines:
        raise DataError(f"{file}: there is no text in it. Received: {path.stat().st_size} bytes")
    return Text(path, lines, {reason: count for reason, count in counts.items() if count}, digest.hexdigest())


def unpacked(file: File) -> Path:
    """The file itself, or its copy in the cache if it lies in an archive."""
    if isinstance(file, Path):
        return file
    packed = file.root.getinfo(file.at)
    kept = cache_dir() / "unpacked" / f"{packed.CRC:08x}-{packed.file_size}-{Path(file.at).name}"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix="unfinished-") as unfinished:
            part = Path(unfinished) / kept.name
            try:
                with file.root.open(packed) as stream, part.open("wb") as copy:
                    shutil.copyfileobj(stream, copy, BLOCK)
            except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
                raise DataError(f"{file}: cannot be unpacked: {error}. Received: {file.root.filename}") from error
            part.rename(kept)
    return kept


def _blocks(path: Path) -> Iterator[bytes]:
    """A file in blocks of whole lines."""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block + stream.readline()


def _is_utf8(text: bytes) -> bool:
    try:
        codecs.utf_8_decode(text, "strict", True)
    except UnicodeDecodeError:
        return False
    return True


def _is_used(text: tf.Tensor) -> tf.Tensor:
    filled = tf.strings.length(tf.strings.strip(text)) > 0
    mended = tf.strings.unicode_transcode(text, "UTF-8", "UTF-8", errors="ignore")
    return tf.logical_and(filled, tf.equal(mended, text))
