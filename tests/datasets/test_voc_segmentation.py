"""Masks: VOC's colours or class numbers, pixels to ignore, and masks that do not fit."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.data.readers.voc_layout import CLASS_NAMES
from tfd2l.datasets.voc_segmentation import voc_segmentation
from tfd2l.errors import DataError
from tfd2l.ops.vision.color_map import make_voc_palette

HEIGHT, WIDTH = 12, 16


def image(file, seed):
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    Image.fromarray(pixels).save(file)


def mask(file, values, form="L"):
    file.parent.mkdir(parents=True, exist_ok=True)
    drawn = Image.fromarray(values.astype(np.uint8))
    if form != "L":
        drawn.putpalette(make_voc_palette().ravel().tolist())
    (drawn.convert("RGB") if form == "RGB" else drawn).save(file)


def values(seed, classes=4):
    drawn = np.random.default_rng(seed).integers(0, classes, (HEIGHT // 4, WIDTH // 4)).repeat(4, 0).repeat(4, 1)
    drawn[0, 0], drawn[-1, -1] = 255, classes - 1
    return drawn


@pytest.fixture
def voc(tmp_path):
    """Ten pictures in VOC's form, masks with a palette and (the second half) in colours."""
    for number in range(10):
        image(tmp_path / "voc" / "JPEGImages" / f"{number}.jpg", number)
        mask(tmp_path / "voc" / "SegmentationClass" / f"{number}.png", values(number), "P" if number < 5 else "RGB")
    image(tmp_path / "voc" / "JPEGImages" / "without.jpg", 10)  # most of VOC's have no mask
    return tmp_path / "voc"


@pytest.fixture
def camvid(tmp_path):
    """Ten train and four validation pictures with grey masks beside them."""
    for split, count in {"train": 10, "val": 4}.items():
        for number in range(count):
            image(tmp_path / "camvid" / split / f"{number}.png", number)
            mask(tmp_path / "camvid" / f"{split}annot" / f"{number}.png", values(number))
    return tmp_path / "camvid"


def masks(made, split="train"):
    return [example["mask"] for example in made[0][split].as_numpy_iterator()]


def test_colours_of_the_palette_become_class_numbers(voc):
    made = voc_segmentation(voc, missing_splits="none")
    assert made[1].sizes == {"train": 10}
    assert made[1].class_names == CLASS_NAMES
    assert made[1].example_spec["mask"] == tf.TensorSpec([HEIGHT, WIDTH], tf.uint8)
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, values(number))
    assert voc_segmentation(voc)[1].sizes == {"train": 8, "validation": 1, "test": 1}


def test_lists_name_the_splits(voc):
    lists = voc / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("3\n1\n")
    (lists / "val.txt").write_text("7\n")
    made = voc_segmentation(voc, missing_splits="none")
    assert made[1].sizes == {"train": 2, "validation": 1}
    np.testing.assert_array_equal(masks(made)[0], values(3))
    (lists / "train.txt").write_text("3\nwithout\n")
    with pytest.raises(
        DataError, match=r"without\.jpg: it has no mask SegmentationClass/without\.png \(.*train\.txt:2"
    ):
        voc_segmentation(voc)
    info = voc_segmentation(voc, missing_splits="none", on_bad_record="skip")[1]
    assert (info.sizes["train"], info.counts) == (1, {"skipped: images without a mask": 1})


def test_grey_values_are_class_numbers(camvid):
    made = voc_segmentation(camvid, missing_splits="none")
    assert (made[1].sizes, made[1].class_names) == ({"train": 10, "validation": 4}, ("0", "1", "2", "3"))
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, values(number))


def test_classes_to_ignore_do_not_count(camvid):
    made = voc_segmentation(camvid, class_names=["sky", "road", "car"], ignore=[3], missing_splits="none")
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, np.where(values(number) == 3, 255, values(number)))
    assert voc_segmentation(camvid, ignore=[3])[1].class_names == ("0", "1", "2")
    with pytest.raises(
        DataError, match=r"a pixel is none of the 3 classes \(dataset\.class_names\), nor to be ign.*: class 3"
    ):
        voc_segmentation(camvid, class_names=["sky", "road", "car"])
    with pytest.raises(DataError, match=r"dataset\.ignore holds class numbers, 0 to 255\. Received: 256"):
        voc_segmentation(camvid, ignore=[256])


def test_resized_masks_hold_no_new_class(camvid):
    made = voc_segmentation(camvid, image_size=[HEIGHT // 2, WIDTH // 2], missing_splits="none")
    assert made[1].example_spec["image"] == tf.TensorSpec([HEIGHT // 2, WIDTH // 2, 3], tf.uint8)
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, values(number)[1::2, 1::2])  # of two by two, one of the middle


def test_the_fingerprint_changes_with_a_mask(camvid):
    before = voc_segmentation(camvid)[1].fingerprint
    assert voc_segmentation(camvid)[1].fingerprint == before
    mask(camvid / "trainannot" / "3.png", values(99))
    assert voc_segmentation(camvid)[1].fingerprint != before


def other_size(file):
    mask(file, np.zeros((HEIGHT, WIDTH + 1)))


def other_class(file):
    mask(file, np.full((HEIGHT, WIDTH), 77))


def coloured(file):
    mask(file, values(0), "RGB")


@pytest.mark.parametrize(
    ("spoil", "message", "reason"),
    [
        (lambda file: file.unlink(), r"3\.png: it has no mask trainannot/3\.png", "images without a mask"),
        (other_size, r"trainannot/3\.png: the mask of 3\.png, which has 12 x 16 pixels, has another size\. .*: 12 x 17",
         "masks of another size than the image"),
        (other_class, r"trainannot/3\.png: a pixel is none of the 4 classes.*Received: class 77",
         "masks with pixels of no class"),
        (coloured, r"trainannot/3\.png: a pixel is none of.*Received: a colour that means no class",
         "masks with pixels of no class"),
        (lambda file: file.write_bytes(file.read_bytes()[:60]),
         r"trainannot/3\.png: not a mask that can be decoded.*Received: 60 bytes that start with 89 50 4e",
         "masks that cannot be decoded"),
    ],
)  # fmt: skip
def test_a_mask_that_does_not_fit_is_named_or_skipped_and_counted(camvid, spoil, message, reason):
    spoil(camvid / "trainannot" / "3.png")
    options = {"class_names": ["a", "b", "c", "d"], "missing_splits": "none", "mask_values": "index"}
    with pytest.raises(DataError, match=message) as caught:
        voc_segmentation(camvid, **options)
    assert "`dataset.on_bad_record=skip`. Received: " in str(caught.value)
    info = voc_segmentation(camvid, on_bad_record="skip", **options)[1]
    assert (info.sizes, info.counts) == ({"train": 9, "validation": 4}, {f"skipped: {reason}": 1})


def test_a_colour_that_is_not_in_the_palette_is_told(voc):
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), 17, np.uint8)).save(voc / "SegmentationClass" / "3.png")
    with pytest.raises(
        DataError, match=r"SegmentationClass/3\.png: a pixel is none of the 21 classes.*: a colour that"
    ):
        voc_segmentation(voc)


def test_folders_of_another_form_are_told(tmp_path, camvid, no_network):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty: expected one folder with JPEGImages or .*Received: nothing in it"):
        voc_segmentation(tmp_path / "empty")
    for file in (camvid / "val").iterdir():
        file.unlink()
    with pytest.raises(DataError, match=r"val: no images in it\. Received: nothing in it"):
        voc_segmentation(camvid)
    with pytest.raises(DataError, match="dataset=voc2012 is not on this machine"):
        voc_segmentation()


def test_roads(shared_data):
    splits, info = voc_segmentation(shared_data / "camvid_small", ignore=[11], missing_splits="none")
    assert info.sizes == {"train": 18, "validation": 5}
    assert info.example_spec["mask"] == tf.TensorSpec([360, 480], tf.uint8)
    assert info.class_names == tuple(map(str, range(11)))
    files = sorted((shared_data / "camvid_small" / "valannot").glob("*.png"))
    for file, found in zip(files, masks((splits, info), "validation"), strict=True):
        expected = np.asarray(Image.open(file))
        np.testing.assert_array_equal(found, np.where(expected == 11, 255, expected))


def test_the_sample_of_voc(shared_data):
    folder = shared_data / "voc_palette_sample"
    made = voc_segmentation(folder, missing_splits="none")
    assert made[1].class_names[:2] == ("_background_", "aeroplane")  # of its class_names.txt
    assert made[1].example_spec["mask"] == tf.TensorSpec([None, None], tf.uint8)
    for file, found in zip(sorted((folder / "SegmentationClass").glob("*.png")), masks(made), strict=True):
        np.testing.assert_array_equal(found, np.asarray(Image.open(file)))  # Pillow gives the numbers behind colours


def bits(values, depth, palette=None):
    """A PNG file of few or many bits a pixel, which Pillow cannot write."""
    kind = 3 if palette is not None else 0
    if depth == 16:
        rows = [b"\0" + row.astype(">u2").tobytes() for row in values]
    else:
        planes = np.unpackbits(values.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth :]
        rows = [b"\0" + np.packbits(row.ravel()).tobytes() for row in planes]
    height, width = values.shape
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))]
    chunks += [(b"PLTE", bytes(palette))] if palette is not None else []
    chunks += [(b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    framed = [struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey_masks_hold_class_numbers_whatever_their_bits(camvid, depth):
    drawn = {n: values(n, min(4, 2**depth)) % (2 if depth == 1 else 4) for n in range(10)}
    for number, mask_values in drawn.items():
        (camvid / "trainannot" / f"{number}.png").write_bytes(bits(mask_values, depth))
    made = voc_segmentation(camvid, class_names=["a", "b", "c", "d"], missing_splits="none")
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, drawn[number])


OTHER_PALETTE = [10, 20, 30, 200, 0, 0, 0, 200, 0, 0, 0, 200]


@pytest.mark.parametrize(
    ("mask_values", "form", "expected"),
    [
        ("auto", "grey", "numbers"), ("index", "grey", "numbers"), ("color", "grey", "no class"),
        ("auto", "VOC's palette", "numbers"), ("index", "VOC's palette", "numbers"),
        ("color", "VOC's palette", "numbers"),
        ("auto", "other palette", "numbers"), ("index", "other palette", "numbers"),
        ("color", "other palette", "no class"),
        ("auto", "colours", "numbers"), ("color", "colours", "numbers"), ("index", "colours", "no class"),
    ],
)  # fmt: skip
def test_what_pixels_of_masks_mean(voc, caplog, mask_values, form, expected):
    drawn = {n: values(n) % 4 for n in range(10)}
    for number, of in drawn.items():
        file = voc / "SegmentationClass" / f"{number}.png"
        if form == "other palette":
            file.write_bytes(bits(of, 2, OTHER_PALETTE))
        else:
            mask(file, of, {"grey": "L", "VOC's palette": "P", "colours": "RGB"}[form])
    options = {"class_names": ["a", "b", "c", "d"], "missing_splits": "none", "mask_values": mask_values}
    if expected == "no class":
        with pytest.raises(DataError, match=r"`dataset\.mask_values` says what .*no class: red \d+, green \d+, blue"):
            voc_segmentation(voc, **options)
        return
    with caplog.at_level("INFO", "tfd2l"):
        made = voc_segmentation(voc, **options)
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, drawn[number])
    assert ("data: 10 masks with" in caplog.text) == (mask_values == "auto")


def test_black_and_white_masks_are_not_guessed(camvid):
    for part in ("trainannot", "valannot"):
        for file in (camvid / part).iterdir():
            mask(file, (values(int(file.stem)) % 2) * 255)
    for names in (None, ["background", "person"]):
        with pytest.raises(DataError, match=r"nothing to tell apart.*`dataset\.foreground=255`.*Received: "):
            voc_segmentation(camvid, class_names=names)
    made = voc_segmentation(camvid, foreground=255, missing_splits="none")
    assert made[1].class_names == ("0", "1")
    for number, found in enumerate(masks(made)):
        np.testing.assert_array_equal(found, values(number) % 2)
    found = masks(voc_segmentation(camvid, foreground=255, ignore=[0], class_names=["a", "b"], missing_splits="none"))
    np.testing.assert_array_equal(found[0], np.where(values(0) % 2, 1, 255))


def test_names_of_folders_files_and_classes_are_read_as_people_write_them(camvid):
    before = voc_segmentation(camvid, class_names=["Grünfläche", "b", "c", "d"])[1]
    (camvid / "Class_Names.txt").write_text("Grünfläche\r\nb\r\nc\r\nd\r\n", encoding="utf-8-sig", newline="")
    for part in ("trainannot", "train"):
        for file in [*(camvid / part).iterdir()]:
            file.rename(file.with_suffix(".PNG"))
        (camvid / part / "._1.PNG").write_bytes(b"left behind")
    (camvid / "trainannot").rename(camvid / "TrainAnnot")
    after = voc_segmentation(camvid)[1]
    assert (after.class_names, after.fingerprint, after.counts) == (before.class_names, before.fingerprint, {})
    (camvid / "Class_Names.txt").write_bytes("Grünfläche".encode("latin-1"))
    with pytest.raises(DataError, match=r"Class_Names\.txt:1: expected UTF-8"):
        voc_segmentation(camvid)
    (camvid / "Class_Names.txt").write_text("a\nb\na\nd\n")
    with pytest.raises(DataError, match=r"The class 'a' is named twice.*Received: a, b, a, d"):
        voc_segmentation(camvid)


@pytest.mark.parametrize("of_mask", ["displayed", "stored", "its own"])
def test_masks_are_turned_like_their_images(camvid, of_mask):
    exif = Image.Exif()
    exif[0x0112] = 8
    for part, file in (("image", camvid / "train" / "0.png"), ("mask", camvid / "trainannot" / "0.png")):
        drawn = Image.open(file)
        if part == "image" or of_mask != "displayed":
            drawn = drawn.rotate(-90, expand=True)  # 8: turned by 90 degrees to the left when it is displayed
        drawn.save(file, exif=exif if part == "image" or of_mask == "its own" else Image.Exif())
    made = voc_segmentation(camvid, missing_splits="none")
    np.testing.assert_array_equal(masks(made)[0], values(0))
    assert sum(made[1].counts.values()) == (1 if of_mask == "stored" else 0)


def test_what_is_left_out_of_folders_is_counted(camvid, voc):
    (camvid / "train" / "notes.txt").write_text("")
    mask(camvid / "trainannot" / "99.png", values(0))
    counts = voc_segmentation(camvid)[1].counts
    assert counts == {"files that are no images, left out: .txt": 1, "masks without an image, left out": 1}
    assert voc_segmentation(voc)[1].counts == {"images without a mask, left out": 1}
