"""MNIST image classification dataset."""

from __future__ import annotations

from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.labelled_images import read_labelled_images

CLASS_NAMES = tuple("0123456789")


def mnist(
    path: Path | None = None, class_names: list[str] | None = None, split_seed: Seed = 0
) -> tuple[Splits, DataInfo]:
    """MNIST image classification dataset: 70,000 grayscale images of handwritten digits, 28 x 28.

    It reads any other set of images in the files of MNIST too.

    The 60,000 train images are split into train and validation, 9 to 1; the 10,000 test images are test.

    Args:
        path: A folder or zip with its four idx files, gzipped or not (with those of one split alone, they are split
            80/10/10); None takes it from TFDS.
        class_names: Other names, in the order of the labels (of KMNIST, of your own idx files).
        split_seed: Another seed splits otherwise.

    Raises:
        DataError: A file that is missing or broken; or no network and no copy.

    References:
        - LeCun, Bottou, Bengio and Haffner 1998, *Gradient-Based Learning Applied to Document Recognition*.
    """
    return read_labelled_images("mnist", path, tuple(class_names or CLASS_NAMES), split_seed)
