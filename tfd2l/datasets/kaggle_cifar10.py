"""Kaggle's CIFAR-10 competition dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.facts.providers import provides
from tfd2l.data.facts.unlabelled import UnlabelledExamples
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.image_files import ImageOptions, MissingSplits
from tfd2l.data.readers.kaggle import Competition, make_competition_splits
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.datasets.cifar10 import CLASS_NAMES

COMPETITION = Competition(
    dataset="kaggle_cifar10",
    archive=(
        "http://d2l-data.s3-accelerate.amazonaws.com/kaggle_cifar10_tiny.zip",
        "2068874e4b9a9f0fb07ebe0ad2b29754449ccacd",
    ),
    table="trainLabels.csv",
    columns={"id": "id", "label": "label"},
    class_names=CLASS_NAMES,
)


@provides(UnlabelledExamples)
def kaggle_cifar10(
    path: Path | None = None,
    columns: Mapping[str, str] | None = None,
    class_names: list[str] | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Kaggle's CIFAR-10 image classification dataset: numbered images, 32 x 32, and a table of labels.

    Examples have `image` and `label`.

    The competition's own test images have no labels: they are no split, but what the report `submission` names the
    classes of. Validation and test are each a tenth of the labelled images, as much of each class.

    Args:
        path: A folder or archive with `trainLabels.csv` (`id,label`), `train/*.png` and `test/*.png`, each of the three
            perhaps in a zip of its own (Kaggle's 7z archives are to be unpacked; a sample may be called `train_tiny`).
            None takes the book's sample (1000 images).
        columns: The csv's names of our `id` and `label`.
        class_names: In the order of their labels; None takes CIFAR-10's.
        image_size: [height, width] that images are resized to, when they are decoded and when the model is served
            (which takes any size then); None leaves each as it is.
        missing_splits: "none" makes all labelled images train, as for the last training before a submission.
        on_bad_record: "error", or "skip" to leave out bad lines, images that cannot be decoded or have no label, and
            count them.
        split_seed: Another seed splits otherwise.

    Raises:
        DataError: A bad line (with file and line) or file; or no network and no copy.

    References:
        - Section 13.13.
        - Www.kaggle.com/c/cifar-10.
    """
    options = ImageOptions(image_size, missing_splits, split_seed)
    return make_competition_splits(COMPETITION, path, columns, class_names, options, on_bad_record)
