"""Kaggle's dog breed competition dataset."""

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

COMPETITION = Competition(
    dataset="kaggle_dogs",
    archive=(
        "http://d2l-data.s3-accelerate.amazonaws.com/kaggle_dog_tiny.zip",
        "0cb91d09b814ecdc07b50f31f8dcad3e81d6a86d",
    ),
    table="labels.csv",
    columns={"id": "id", "label": "breed"},
)


@provides(UnlabelledExamples)
def kaggle_dogs(
    path: Path | None = None,
    columns: Mapping[str, str] | None = None,
    class_names: list[str] | None = None,
    image_size: list[int] | None = None,
    missing_splits: MissingSplits = "from_train",
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """Kaggle's dog breed identification dataset: photographs of 120 breeds, of many sizes, and a table of labels.

    Examples have `image` and `label`.

    The competition's own test images have no labels: they are no split, but what the report `submission` names the
    classes of. Validation and test are each a tenth of the labelled images, as much of each class.

    Args:
        path: A folder or archive with `labels.csv` (`id,breed`), `train/*.jpg` and `test/*.jpg`, each of them perhaps
            in a zip of its own.
            None takes the book's sample.
        columns: The csv's names of our `id` and `label`.
        class_names: In the order of their labels; None takes those of the csv, sorted.
        image_size: [height, width] that images are resized to, when they are decoded and when the model is served
            (which takes any size then); None leaves each as it is.
        missing_splits: "none" makes all labelled images train, as for the last training before a submission.
        on_bad_record: "error", or "skip" to leave out bad lines, images that cannot be decoded or have no label, and
            count them.
        split_seed: Another seed splits otherwise.

    Raises:
        DataError: A bad line (with file and line) or file; or no network and no copy.

    References:
        - Section 13.14.
        - Www.kaggle.com/c/dog-breed-identification.
    """
    options = ImageOptions(image_size, missing_splits, split_seed)
    return make_competition_splits(COMPETITION, path, columns, class_names, options, on_bad_record)
