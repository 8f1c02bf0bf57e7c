"""Boxes in VOC's form: pixels counted from 1, strange boxes, and faults by file and line."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.datasets.voc_detection import voc_detection
from tfd2l.errors import DataError

OBJECT = """  <object>
    <name>{name}</name>
    <difficult>{difficult}</difficult>
    <bndbox>
      <xmin>{box[0]}</xmin><ymin>{box[1]}</ymin><xmax>{box[2]}</xmax><ymax>{box[3]}</ymax>
    </bndbox>
  </object>
"""
SIZE = "  <size><width>40</width><height>20</height><depth>3</depth></size>\n"


def annotation(*objects, size=SIZE):
    body = "".join(OBJECT.format(name=name, box=box, difficult=hard) for name, box, hard in objects)
    return f"<annotation>\n{size}{body}</annotation>\n"


@pytest.fixture
def folder(tmp_path):
    """Four train, two validation and two test pictures, 40 x 20, of a cat (picture n's is from column n) and a dog."""
    voc = tmp_path / "VOCdevkit" / "VOC2099"
    for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (voc / name).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(1, 9):
        Image.fromarray(rng.integers(0, 256, (20, 40, 3), np.uint8)).save(voc / "JPEGImages" / f"{number}.jpg")
        text = annotation(("cat", (number, 1, 20, 10), 0), ("dog", (1, 1, 40, 20), 1))
        (voc / "Annotations" / f"{number}.xml").write_text(text)
    for name, numbers in {"train": "1\n2\n3\n4\n", "val": "5\n6\n", "test": "7 -1\n8 1\n"}.items():
        (voc / "ImageSets" / "Main" / f"{name}.txt").write_text(numbers)
    (voc / "ImageSets" / "Main" / "cat_train.txt").write_text("1 1\n")
    return voc


def objects(made, split="train"):
    return [example["objects"] for example in made[0][split].as_numpy_iterator()]


def test_pixels_are_counted_from_one(folder):
    made = voc_detection(folder.parent.parent)
    assert made[1].sizes == {"train": 4, "validation": 2, "test": 2}
    assert (made[1].class_names, made[1].counts) == (("cat", "dog"), {})
    assert made[1].example_spec["objects"] == tf.TensorSpec([2, 5], tf.float32)
    np.testing.assert_allclose(objects(made)[2], [[0, 2 / 40, 0, 0.5, 0.5], [1, 0, 0, 1, 1]])
    from_zero = voc_detection(folder, one_based=False)
    np.testing.assert_allclose(objects(from_zero)[2], [[0, 3 / 40, 1 / 20, 0.5, 0.5], [1, 1 / 40, 1 / 20, 1, 1]])


def test_strange_boxes_are_handled_and_counted(folder):
    boxes = {"cut": (-5, 1, 20, 30), "a point": (7, 7, 7, 7), "turned": (9, 3, 5, 8), "outside": (50, 1, 60, 9)}
    (folder / "Annotations" / "1.xml").write_text(annotation(*[("cat", box, 0) for box in boxes.values()]))
    (folder / "Annotations" / "2.xml").write_text(annotation())
    made = voc_detection(folder)
    assert made[1].counts == {
        "boxes that left the image, cut at its edge": 1,
        "boxes without an area, left out": 3,
        "images without an object": 1,
    }
    np.testing.assert_allclose(objects(made)[0], [[0, 0, 0, 0.5, 1], [-1, 0, 0, 0, 0]])
    np.testing.assert_allclose(objects(made)[1], [[-1, 0, 0, 0, 0]] * 2)


def test_difficult_objects_are_kept_or_dropped(folder):
    info = voc_detection(folder, class_names=["dog", "cat"], difficult="drop")[1]
    assert info.example_spec["objects"] == tf.TensorSpec([1, 5], tf.float32)
    assert info.counts == {"objects marked difficult, left out": 8}
    assert info.class_names == ("dog", "cat")


def test_without_lists_all_annotations_are_split(folder):
    for file in (folder / "ImageSets" / "Main").glob("*.txt"):
        file.unlink()
    assert voc_detection(folder, missing_splits="none")[1].sizes == {"train": 8}


def test_a_list_of_train_and_validation_together_is_train(folder):
    for name in ("train", "val"):
        (folder / "ImageSets" / "Main" / f"{name}.txt").unlink()
    (folder / "ImageSets" / "Main" / "trainval.txt").write_text("1\n2\n3\n4\n5\n6\n")
    assert voc_detection(folder, missing_splits="none")[1].sizes == {"train": 6, "test": 2}


def test_what_validation_lists_is_not_trained_on(folder):
    lists = folder / "ImageSets" / "Main"
    (lists / "train.txt").unlink()
    (lists / "trainval.txt").write_text("1\n5\n2\n6\n")
    made = voc_detection(folder, missing_splits="none")
    assert made[1].sizes == {"train": 2, "validation": 2, "test": 2}
    assert [round(float(rows[0][1]) * 40) + 1 for rows in objects(made)] == [1, 2]
    (lists / "trainval.txt").write_text("5\n6\n")
    with pytest.raises(DataError, match=r"trainval\.txt: all images are in val\.txt too.*Received: 2 names"):
        voc_detection(folder)


def without(name):
    return lambda folder: (folder / name).unlink()


def written(text):
    return lambda folder: (folder / "Annotations" / "3.xml").write_text(text)


@pytest.mark.parametrize(
    ("spoil", "message", "reason"),
    [
        (written(annotation(("cat", (1, 1, 5, 5), 0), size="")),
         r"3\.xml: tells no size: <size> with <width> and <height> in pixels\. .*Received: no <size>",
         "images whose annotation cannot be used"),
        (written(annotation(size="<size><width>0</width> <height>20</height></size>")),
         r"3\.xml: tells no size.*Received: 0 x 20", "images whose annotation cannot be used"),
        (written(annotation(("cat", (1, 1, 5, 5), 0), ("cats", (1, 1, 5, 5), 0))),
         r"3\.xml:10: no class 'cats'\. Did you mean 'cat'\? Classes: cat, dog \(dataset\.class_names\)\. .*: cats",
         "images whose annotation cannot be used"),
        (written("<annotation>\n<size>\n</annotation>"), r"3\.xml:3: not valid xml: mismatched tag",
         "images whose annotation cannot be used"),
        (written(annotation(("cat", (1, "x", 5, 5), 0))),
         r"3\.xml:3: a cat whose <bndbox> is not four numbers.*Received: \['1', 'x', '5', '5'\]",
         "images whose annotation cannot be used"),
        (written(annotation(("", (1, 1, 5, 5), 0))), r"3\.xml:3: an object without a <name>",
         "images whose annotation cannot be used"),
        (without("Annotations/3.xml"), r"train\.txt:3: no Annotations/3\.xml", "images without an annotation"),
        (without("JPEGImages/3.jpg"), r"train\.txt:3: no image JPEGImages/3", "listed images that are missing"),
        (lambda folder: (folder / "JPEGImages" / "3.jpg").write_bytes(b"\xff\xd8\xff"),
         r"3\.jpg: not a JPEG.*Received: 3 bytes that start with ff d8 ff", "images that cannot be decoded"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_line_or_skipped_and_counted(folder, spoil, message, reason):
    spoil(folder)
    with pytest.raises(DataError, match=message) as caught:
        voc_detection(folder, class_names=["cat", "dog"])
    assert "`dataset.on_bad_record=skip`. Received: " in str(caught.value)
    info = voc_detection(folder, class_names=["cat", "dog"], on_bad_record="skip")[1]
    assert info.sizes["train"] == 3
    assert info.counts == {f"skipped: {reason}": 1}


def test_folders_of_another_form_are_told(folder, tmp_path, no_network):
    with pytest.raises(
        DataError, match=r"JPEGImages: no Annotations beside JPEGImages or images \(in any case\) .*: 1\.jpg, 2"
    ):
        voc_detection(folder / "JPEGImages")
    (folder / "ImageSets" / "Main" / "val.txt").write_text("\n")
    with pytest.raises(DataError, match=r"val\.txt: the list is empty"):
        voc_detection(folder)
    for name in ("Annotations", "JPEGImages"):
        (folder.parent / "VOC2098" / name).mkdir(parents=True)
    with pytest.raises(DataError, match=r"several folders have JPEGImages and Annotations; give one.*VOC2098, VOC2099"):
        voc_detection(folder.parent)
    with pytest.raises(DataError, match="dataset=voc2012 is not on this machine"):
        voc_detection()


def test_blood_cells(shared_data):
    splits, info = voc_detection(shared_data / "bccd")
    assert info.sizes == {"train": 205, "validation": 87, "test": 72}
    assert info.example_spec["image"] == tf.TensorSpec([480, 640, 3], tf.uint8)
    assert info.class_names == ("Platelets", "RBC", "WBC")
    labels = Counter()
    for ds in splits.values():
        for some in ds.map(lambda example: example["objects"]).batch(400).as_numpy_iterator():
            labels.update(some[..., 0].astype(int).ravel().tolist())
            there = some[some[..., 0] >= 0]
            assert (there[:, 1:] >= 0).all()
            assert (there[:, 1:] <= 1).all()
            assert (there[:, 3:] > there[:, 1:3]).all()
    assert {name: labels[number] for number, name in enumerate(info.class_names)} == {
        "WBC": 372, "RBC": 4155 - 2, "Platelets": 361
    }  # fmt: skip
    assert info.counts == {"boxes without an area, left out": 2}


def test_the_sample_of_voc(shared_data):
    _, info = voc_detection(shared_data / "voc_palette_sample", one_based=False, missing_splits="none")
    assert info.sizes == {"train": 3}
    assert info.class_names == ("bus", "car", "person")
    assert info.example_spec["image"] == tf.TensorSpec([None, None, 3], tf.uint8)


def in_latin(folder):
    (folder / "Annotations" / "1.xml").write_bytes(
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + annotation(("Kätzchen", (1, 1, 20, 10), 0)).encode("latin-1")
    )


def in_utf16(folder):
    (folder / "Annotations" / "1.xml").write_bytes(annotation(("Kätzchen", (1, 1, 20, 10), 0)).encode("utf-16"))


def with_namespace(folder):
    text = annotation(("Kätzchen", (1, 1, 20, 10), 0)).replace("<annotation>", '<annotation xmlns="http://a.b/c">')
    (folder / "Annotations" / "1.xml").write_text(text, encoding="utf-8-sig")


@pytest.mark.parametrize("spoil", [in_latin, in_utf16, with_namespace])
def test_annotations_are_read_in_the_encoding_that_they_declare(folder, spoil):
    spoil(folder)
    assert voc_detection(folder)[1].class_names == ("Kätzchen", "cat", "dog")


def in_other_cases(folder):
    for file in (*(folder / "Annotations").iterdir(), *(folder / "JPEGImages").iterdir()):
        file.rename(file.with_suffix(file.suffix.upper()))
    (folder / "Annotations").rename(folder / "annotations")
    (folder / "JPEGImages").rename(folder / "Images")
    (folder / "ImageSets").rename(folder / "imagesets")


def with_hidden_files(folder):
    for file in [*(folder / "Annotations").iterdir()]:
        (folder / "Annotations" / f"._{file.name}").write_bytes(b"left behind")


def named_with_blanks(folder):
    lists = folder / "ImageSets" / "Main"
    for part in ("Annotations", "JPEGImages"):
        for file in (folder / part).iterdir():
            file.rename(file.with_name(f"photo {file.name}"))
    named = "photo 1\nphoto 2.jpg\nphoto 3\r\nphoto 4  1\n"
    (lists / "train.txt").write_text(named, encoding="utf-8-sig", newline="")
    for name in ("val", "test"):
        (lists / f"{name}.txt").write_text("".join(f"photo {line}\n" for line in (lists / f"{name}.txt").open()))


@pytest.mark.parametrize("change", [in_other_cases, with_hidden_files, named_with_blanks])
def test_names_are_found_as_people_write_them(folder, change):
    before = voc_detection(folder)[1]
    change(folder)
    after = voc_detection(folder.parent)[1]
    assert (after.sizes, after.counts, after.fingerprint) == (before.sizes, {}, before.fingerprint)


def test_an_annotation_for_another_size_is_named_with_both(folder):
    (folder / "Annotations" / "2.xml").write_text(annotation(("cat", (1, 1, 9, 9), 0), size=SIZE.replace("40", "80")))
    with pytest.raises(DataError) as caught:
        voc_detection(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'Annotations' / '2.xml'}: its <size> is not that of 2.jpg")
    assert message.endswith("Received: width x height 80 x 20 in the annotation, 40 x 20 pixels in the image")
    info = voc_detection(folder, on_bad_record="skip")[1]
    assert info.counts == {"skipped: images of another size than their annotation says": 1}
    assert info.sizes["train"] == 3


def hold_sideways(file):
    """Store a picture as a camera does that was turned to the left."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be displayed, turn it by 90 degrees to the right
    Image.open(file).rotate(90, expand=True).save(file, exif=exif)


@pytest.mark.parametrize("in_frame", ["displayed", "stored"])
def test_images_and_boxes_are_as_they_are_displayed(folder, in_frame):
    before = next(voc_detection(folder)[0]["train"].as_numpy_iterator())
    hold_sideways(folder / "JPEGImages" / "1.jpg")
    if in_frame == "stored":  # a tool that knows nothing of EXIF saw 20 x 40 pixels, and the cat at (0, 20)-(10, 40)
        size = "<size><width>20</width><height>40</height></size>"
        text = annotation(("cat", (1, 21, 10, 40), 0), ("dog", (1, 1, 20, 40), 1), size=size)
        (folder / "Annotations" / "1.xml").write_text(text)
    made = voc_detection(folder)
    assert made[1].example_spec["image"] == tf.TensorSpec([20, 40, 3], tf.uint8)
    after = next(made[0]["train"].as_numpy_iterator())
    np.testing.assert_allclose(after["objects"], before["objects"], atol=1e-6)
    assert np.abs(before["image"].astype(int) - after["image"]).mean() < 20  # encoded once more
    told = "annotations of images as they are stored, turned like them (EXIF orientation)"
    assert made[1].counts == ({told: 1} if in_frame == "stored" else {})


def test_without_lists_images_without_an_annotation_are_counted(folder):
    (folder / "ImageSets").rename(folder / "elsewhere")
    (folder / "Annotations" / "3.xml").unlink()
    info = voc_detection(folder, missing_splits="none")[1]
    assert (info.sizes, info.counts) == ({"train": 7}, {"images without an annotation, left out": 1})


def test_a_folder_of_other_annotations_is_told(folder):
    for file in [*(folder / "Annotations").iterdir()]:
        file.rename(file.with_suffix(".json"))
    with pytest.raises(DataError, match=r"Annotations: no \*\.xml in it \(in any case\)\. Received: 1\.json, 2"):
        voc_detection(folder)


def test_names_that_occur_twice_in_lists_are_counted(folder):
    lists = folder / "ImageSets" / "Main"
    (lists / "train.txt").write_text("1\n2\n1\n3\n4\n\n2\n")
    (lists / "val.txt").write_text("5\n6\n4\n")
    info = voc_detection(folder)[1]
    assert info.sizes == {"train": 4, "validation": 3, "test": 2}
    assert info.counts == {
        "names that a list repeats, taken once": 2,
        "images of validation that are in train too, by their lists": 1,
    }
