"""Hot dog image classification dataset."""

from __future__ import annotations

from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.download import copy_or_download
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits, make_image_splits
from tfd2l.data.readers.labelled_folders import read_labelled_folders
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.files.bad_files import BadFiles

ARCHIVE = ("http://d2l-data.s3-accelerate.amazonaws.com/hotdog.zip", "fba480ffa8aa7e0febbb511d181409f899b9baa5")
CLASS_NAMES = ("hotdog", "not-hotdog")


def hotdog(
    path: Path | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Hot dog image classification dataset: 1400 photographs of hot dogs and 1400 of other food.

    The images are of many sizes. Examples have `image` and `label`.

    1000 of each class are train, the other 400 test; validation is a tenth of train.

    Args:
        path: The archive `hotdog.zip` or its folder; None takes the book's download.
        image_size: [height, width] that images are resized to, when they are decoded and when the model is served
            (which takes any size then); None leaves each as it is.
        missing_splits: "none" leaves validation out, and train whole.
        on_bad_record: "error", or "skip" to leave out files that cannot be decoded and count them.
        split_seed: Another seed takes another validation split.

    Raises:
        DataError: A bad file; or no network and no copy.

    References:
        - Section 13.2.
    """
    bad = BadFiles(on_bad_record)
    folder, source = copy_or_download(path, ARCHIVE, dataset="hotdog")
    read, names = read_labelled_folders(unpack_archive(folder), CLASS_NAMES, bad)
    options = ImageOptions(image_size, missing_splits, split_seed)
    return make_image_splits(read, options, bad, target="label", class_names=names, source=source)
