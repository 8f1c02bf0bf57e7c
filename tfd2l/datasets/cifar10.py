"""CIFAR-10 image classification dataset."""

from __future__ import annotations

import re
from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.cifar_batches import read_batch
from tfd2l.data.readers.download import load_tfds_splits
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits, make_image_splits
from tfd2l.data.readers.labelled_folders import read_labelled_folders
from tfd2l.data.readers.labelled_images import Labelled, load_images, make_labelled_splits
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.files.bad_files import BadFiles
from tfd2l.files.walking import walk_files

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BATCH_NAME = re.compile(r"(data_batch_\d|test_batch)(\.bin)?")


def cifar10(
    path: Path | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """CIFAR-10 image classification dataset: 60,000 color photographs of ten classes, 32 x 32.

    Examples have `image`, (32, 32, 3) uint8, and `label`.

    Validation is taken out of the 50,000 train images, a tenth of them; the 10,000 test images are test.

    Args:
        path: `cifar-10-python.tar.gz` or `cifar-10-binary.tar.gz` or the folder of either; or images in folders
            `train/<class>/*` and `test/<class>/*`, also in an archive; None takes it from TFDS.
        missing_splits: Of folders: "none" leaves validation out, and train whole.
        on_bad_record: Of folders: "error", or "skip" to leave out files that cannot be decoded and count them.
        split_seed: Another seed takes another validation split.

    Raises:
        DataError: A bad file; or no network and no copy.

    References:
        - Krizhevsky 2009, *Learning Multiple Layers of Features from Tiny Images*.
        - Used by section 13.1.
    """
    if path is None:
        splits, info = load_tfds_splits("cifar10", inputs=("image",))
        read = {split: load_images(ds) for split, ds in splits.items()}
        return make_labelled_splits(read, info.source, CLASS_NAMES, split_seed)
    folder, source = unpack_archive(path), f"file: {Path(path).name}"
    batches = [file for file in walk_files(folder) if BATCH_NAME.fullmatch(file.name)]
    if batches:
        return make_labelled_splits(_read(batches), source, CLASS_NAMES, split_seed)
    bad = BadFiles(on_bad_record)
    records, names = read_labelled_folders(folder, CLASS_NAMES, bad)
    options = ImageOptions(None, missing_splits, split_seed)
    return make_image_splits(records, options, bad, target="label", class_names=names, source=source)


def _read(batches: list[Path]) -> dict[str, list[Labelled]]:
    """Split -> images and labels; of a split alone, as `all`."""
    read: dict[str, list[Labelled]] = {}
    for file in batches:
        images, labels = read_batch(file)
        split = "test" if file.name.startswith("test") else "train"
        read.setdefault(split, []).extend(zip(images, labels.tolist(), strict=True))
    return read if len(read) > 1 else {"all": next(iter(read.values()))}
