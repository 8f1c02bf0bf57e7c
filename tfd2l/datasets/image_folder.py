"""Image classification dataset from folders."""

from __future__ import annotations

from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.archives import unpack_archive
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits, make_image_splits
from tfd2l.data.readers.labelled_folders import read_labelled_folders
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.files.bad_files import BadFiles


def image_folder(
    path: Path,
    class_names: list[str] | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Image classification dataset from your own folders, named like their classes.

    Examples have `image`, (height, width, 3) uint8, and `label`.

    Files are JPEG, PNG, GIF, BMP, WebP, TIFF or Netpbm, with endings in any case. They are turned as they are displayed
    (EXIF orientation). All images in a folder of a class are of that class, however deep they lie. Other files are
    counted.

    Args:
        path: A folder, zip or tar archive with `train/<class>/*`, and perhaps `val` (`valid`, `validation`, `dev`) and
            `test`; or with `<class>/*` alone, which is split 80/10/10.
        class_names: In the order of their labels; None takes the names of train's folders, sorted.
        image_size: [height, width] that images are resized to, when they are decoded and when the model is served
            (which takes any size then); None leaves each as it is (then a stage must bring them to one size).
        missing_splits: "from_train" takes a split without a folder out of train, 10 % of each class; "none" leaves it
            out.
        on_bad_record: "error", or "skip" to leave out files that cannot be decoded, empty folders and unknown classes,
            and count them.
        split_seed: Another seed takes others.

    Raises:
        DataError: No images, or a bad file or folder, which is named.
    """
    bad = BadFiles(on_bad_record)
    read, names = read_labelled_folders(unpack_archive(path), class_names, bad)
    options = ImageOptions(image_size, missing_splits, split_seed)
    source = f"file: {Path(path).name}"
    return make_image_splits(read, options, bad, target="label", class_names=names, source=source)
