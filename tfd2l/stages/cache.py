"""Caching of preprocessed examples."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Stage
from tfd2l.temporary import temporary_prefix
from tfd2l.version import __version__

FILE = "examples"


class Cache(Stage):
    """Caches the examples as the stages before this one leave them, in memory or in files.

    Args:
        folder: Keep it there, for data larger than memory and for later runs; None keeps it in memory. What is kept is
            used again only for the same data, the same stages with the same options, and this version of tfd2l.
    """

    arranges = True

    def __init__(self, folder: str | None = None) -> None:
        self.folder = Path(folder).expanduser() if folder else None
        self._made_of: tuple[Any, ...] = ()

    def bind(self, info: DataInfo) -> DataInfo:
        vocabulary = info.find_fact(Vocabulary)
        tokens = vocabulary.tokens if vocabulary else ()
        self._made_of = (__version__, info.fingerprint, info.stages, tokens)
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        if self.folder is None:
            return ds.cache()
        if not self._made_of:
            raise ValueError(f"Cache does not know what it keeps: call bind(info) first. Received: {self!r}")
        key = hashlib.sha256(repr((*self._made_of, ds.element_spec)).encode()).hexdigest()[:16]
        kept = self.folder / f"{key}-{split}"
        if not kept.is_dir():
            self._keep(ds, kept)
        return ds.cache(str(kept / FILE))

    def _keep(self, ds: tf.data.Dataset, kept: Path) -> None:
        """Write beside, then rename: an interrupted run leaves nothing that a later one would take for whole."""
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=temporary_prefix("unfinished")) as unfinished:
            whole = Path(unfinished) / "whole"
            whole.mkdir()
            # Not `Dataset.save`: it hangs for ever when computing an example fails (TensorFlow 2.21).
            ds.cache(str(whole / FILE)).reduce(np.int64(0), lambda count, _: count + 1)
            if not kept.is_dir():  # another run may have been faster
                whole.rename(kept)
