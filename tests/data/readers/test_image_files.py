"""Image files: decoded as Pillow does, resized, divided into splits; what cannot be used is told or counted."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.data.facts.unlabelled import UnlabelledExamples
from tfd2l.data.readers.image_checks import NO_COLOR, check_image_files, decode_rgb, read_image
from tfd2l.data.readers.image_copies import needs_copy
from tfd2l.data.readers.image_files import ImageOptions, make_image_splits
from tfd2l.data.readers.image_records import ImageRecord
from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadFiles


def picture(file, height=6, width=8, seed=0, mode="RGB"):
    """Write a picture of random pixels; returns what an RGB reader sees."""
    channels = {"RGB": 3, "RGBA": 4, "L": None, "P": None}[mode]
    shape = (height, width) if channels is None else (height, width, channels)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    image = Image.fromarray(pixels if mode != "P" else pixels % 4, "L" if mode == "P" else None)
    if mode == "P":
        image.putpalette([9, 8, 7, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    file.parent.mkdir(parents=True, exist_ok=True)
    image.save(file, quality=95) if file.suffix == ".jpg" else image.save(file)
    return pixels[..., :3] if mode == "RGBA" else np.asarray(image.convert("RGB"))


@pytest.fixture
def labelled(tmp_path):
    """Thirty pictures of three classes."""
    for number in range(30):
        picture(tmp_path / f"{number}.png", seed=number)
    return [ImageRecord(tmp_path / f"{number}.png", number % 3) for number in range(30)]


def made(pictures, *, on_bad_record="error", target="label", names="abc", **options):
    read = pictures if isinstance(pictures, dict) else {"train": pictures}
    bad = BadFiles(on_bad_record)
    return make_image_splits(read, ImageOptions(**options), bad, target=target, class_names=tuple(names), source="here")


def examples(made):
    return {split: list(ds.as_numpy_iterator()) for split, ds in made[0].items()}


@pytest.mark.parametrize(
    ("name", "mode"), [("a.png", "RGB"), ("a.png", "RGBA"), ("a.png", "L"), ("a.png", "P"), ("a.bmp", "RGB")]
)
def test_every_kind_of_file_is_decoded_to_the_pixels_of_pillow(tmp_path, name, mode):
    expected = picture(tmp_path / name, mode=mode)
    np.testing.assert_array_equal(decode_rgb(tf.io.read_file(str(tmp_path / name))), expected)


def test_a_jpeg_is_decoded_like_pillow_does(tmp_path):
    smooth = np.add.outer(np.arange(64), np.arange(48))[..., None] * np.array([1, 2, 1]) % 256
    Image.fromarray(smooth.astype(np.uint8)).save(tmp_path / "a.jpg", quality=95)
    decoded = decode_rgb(tf.io.read_file(str(tmp_path / "a.jpg"))).numpy().astype(int)
    assert np.abs(decoded - np.asarray(Image.open(tmp_path / "a.jpg"), int)).mean() < 1


def test_splits_are_stratified_and_hold_every_picture_once(labelled):
    by_split = examples(made(labelled))
    labels = {split: sorted(int(example["label"]) for example in some) for split, some in by_split.items()}
    assert labels == {"train": [0] * 8 + [1] * 8 + [2] * 8, "validation": [0, 1, 2], "test": [0, 1, 2]}
    seen = {example["image"].tobytes(): int(example["label"]) for some in by_split.values() for example in some}
    assert seen == {np.asarray(Image.open(one.file)).tobytes(): one.target for one in labelled}
    first = [int(example["label"]) for example in by_split["train"][:8]]
    assert len(set(first)) > 1  # not class by class


def test_the_seed_of_the_split_and_the_bytes_make_the_fingerprint(labelled):
    first = made(labelled)[1].fingerprint
    assert made(labelled)[1].fingerprint == first != made(labelled, split_seed=1)[1].fingerprint
    assert made(labelled, image_size=[4, 4])[1].fingerprint != first
    relabelled = [*labelled[:-1], ImageRecord(labelled[-1].file, 0)]
    assert made(relabelled)[1].fingerprint != first
    picture(labelled[3].file, seed=99)
    assert made(labelled)[1].fingerprint != first


def test_equal_pictures_fall_to_one_split(labelled, tmp_path):
    twice = [ImageRecord(tmp_path / f"again_{one.file.name}", one.target) for one in labelled]
    for one, again in zip(labelled, twice, strict=True):
        again.file.write_bytes(one.file.read_bytes())
    by_split = examples(made([*labelled, *twice]))
    held = [{example["image"].tobytes() for example in some} for some in by_split.values()]
    assert sum(map(len, by_split.values())) == 60
    assert sum(map(len, held)) == 30


def test_of_classes_that_are_rare_some_are_held_out_too(tmp_path):
    for number in range(120):
        picture(tmp_path / f"{number}.png", seed=number)
    info = made(
        [ImageRecord(tmp_path / f"{number}.png", number // 3) for number in range(120)], names=map(str, range(40))
    )
    assert info[1].sizes == {"train": 96, "validation": 12, "test": 12}  # of 40 classes of three
    labels = np.bincount([int(example["label"]) for example in info[0]["train"]], minlength=40)
    assert labels.min() >= 1


def test_missing_splits_are_left_out_on_request(labelled):
    assert made(labelled, missing_splits="none")[1].sizes == {"train": 30}
    assert made({"all": labelled}, missing_splits="none")[1].sizes == {"train": 30}
    published = {"train": labelled[:27], "test": labelled[27:]}
    assert made(published)[1].sizes == {"train": 25, "validation": 2, "test": 3}
    assert made(published, missing_splits="none")[1].sizes == {"train": 27, "test": 3}


def test_images_of_one_size_have_a_static_shape_others_only_when_resized(labelled, tmp_path):
    assert made(labelled)[1].example_spec["image"] == tf.TensorSpec([6, 8, 3], tf.uint8)
    large = picture(tmp_path / "large.png", 40, 80, seed=77)
    mixed = [*labelled, ImageRecord(tmp_path / "large.png", 0)]
    assert made(mixed)[1].example_spec["image"] == tf.TensorSpec([None, None, 3], tf.uint8)
    resized = made(mixed, image_size=[5, 10], missing_splits="none")
    assert resized[1].example_spec["image"] == tf.TensorSpec([5, 10, 3], tf.uint8)
    means = large.reshape(5, 8, 10, 8, 3).mean(axis=(1, 3))  # antialiasing looks at all pixels
    nearest = min(np.abs(example["image"] - means).mean() for example in examples(resized)["train"])
    assert nearest < 12


@pytest.mark.parametrize("size", [[5], [0, 5], [5, 5, 3]])
def test_an_image_size_that_is_none_is_refused(labelled, size):
    with pytest.raises(DataError, match=r"dataset\.image_size is \[height, width\].*Received: \["):
        made(labelled, image_size=size)


def breaks_off(file):
    file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2])


def is_text(file):
    file.write_text("<html>not found</html>")


def is_empty(file):
    file.write_bytes(b"")


@pytest.mark.parametrize("spoil", [breaks_off, is_text, is_empty])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_file_that_cannot_be_decoded_is_named_or_skipped_and_counted(labelled, tmp_path, spoil, suffix):
    broken = tmp_path / f"broken{suffix}"
    picture(broken, 64, 64)
    spoil(broken)
    pictures = [*labelled[:20], ImageRecord(broken, 0), *labelled[20:]]
    with pytest.raises(DataError) as caught:
        made(pictures)
    message = str(caught.value)
    assert message.startswith(
        f"{broken}: not a JPEG, PNG, GIF, BMP, WebP or TIFF image, or one that is damaged or breaks off."
    )
    assert "`dataset.on_bad_record=skip`" in message
    assert message.endswith(f"Received: {len(broken.read_bytes())} bytes that start with "
                            f"{broken.read_bytes()[:8].hex(' ') or 'nothing'}")  # fmt: skip
    info = made(pictures, on_bad_record="skip")[1]
    assert info.counts == {"skipped: images that cannot be decoded": 1}
    assert sum(info.sizes.values()) == 30


def test_when_all_are_skipped_the_error_says_so(tmp_path):
    (tmp_path / "a.png").write_bytes(b"no")
    with pytest.raises(DataError, match=r"no image is left for the train split.*cannot be decoded': 1"):
        made([ImageRecord(tmp_path / "a.png", 0)], on_bad_record="skip")


def test_objects_are_padded_cut_and_counted(labelled):
    boxes = [np.array([[0, -0.1, 0.2, 0.5, 0.6], [1, 0.5, 0.5, 0.5, 0.9], [2, 0, 0, 1, 1]])] + [np.zeros((0, 5))] * 29
    with_boxes = [ImageRecord(one.file, some) for one, some in zip(labelled, boxes, strict=True)]
    splits, info = made(with_boxes, target="objects", missing_splits="none")
    assert info.example_spec["objects"] == tf.TensorSpec([2, 5], tf.float32)
    assert info.counts == {"boxes that left the image, cut at its edge": 1, "boxes without an area, left out": 1}
    found = examples((splits, info))["train"]
    np.testing.assert_allclose(found[0]["objects"], [[0, 0, 0.2, 0.5, 0.6], [2, 0, 0, 1, 1]], atol=1e-6)
    np.testing.assert_array_equal(found[1]["objects"], [[-1, 0, 0, 0, 0]] * 2)


def test_corners_in_pixels_become_shares(labelled):
    pixels = [ImageRecord(one.file, np.array([[0, 2, 3, 8, 6.0]]), in_pixels=True) for one in labelled]
    found = examples(made(pixels, target="objects", image_size=[9, 9]))["train"][0]
    np.testing.assert_allclose(found["objects"], [[0, 0.25, 0.5, 1, 1]])


def test_without_any_object_there_is_one_row_that_is_none(labelled):
    empty = [ImageRecord(one.file, np.zeros((0, 5))) for one in labelled]
    np.testing.assert_array_equal(examples(made(empty, target="objects"))["test"][0]["objects"], [[-1, 0, 0, 0, 0]])


def test_unlabelled_images_travel_with_their_ids(labelled, tmp_path):
    expected = picture(tmp_path / "test" / "17.png", seed=5)
    bad = BadFiles("skip")
    options = {"target": "label", "class_names": "abc", "source": "here"}
    _, info = make_image_splits(
        {"train": labelled}, ImageOptions(), bad, unlabelled=[tmp_path / "test" / "17.png"], **options
    )
    (example,) = info.fact(UnlabelledExamples).examples.as_numpy_iterator()
    assert example["id"] == b"17"
    np.testing.assert_array_equal(example["image"], expected)
    assert info.fingerprint != made(labelled)[1].fingerprint
    assert made(labelled)[1].find_fact(UnlabelledExamples) is None
    (tmp_path / "test" / "17.png").write_bytes(b"no")
    with pytest.raises(DataError, match=r"17\.png: not a JPEG"):  # a submission must have all
        make_image_splits(
            {"train": labelled}, ImageOptions(), bad, unlabelled=[tmp_path / "test" / "17.png"], **options
        )


def test_many_files_are_looked_at_in_their_order(labelled, tmp_path):
    files = [one.file for one in labelled]
    files[7].write_bytes(b"no")
    looked = check_image_files(files, decode_rgb)
    assert np.flatnonzero(~looked.readable).tolist() == [7]
    assert (looked.sizes[looked.readable] == (6, 8)).all()
    assert len(set(looked.digests.tolist())) == 30
    assert check_image_files([], decode_rgb).readable.shape == (0,)


def test_a_negative_value_of_a_mask_is_no_colour(labelled):
    def decode(content):
        return tf.cast(decode_rgb(content)[..., 0], tf.int32) * 0 + tf.constant([[-1] * 8] * 6)

    assert check_image_files([labelled[0].file], decode).largest.tolist() == [NO_COLOR]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


def written(name, **options):
    return lambda file, image: image.save(file.with_name(name), **options)


def sixteen_bits(file, image):
    Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 256 + 7).save(file.with_name("a.png"))


@pytest.mark.parametrize(
    ("write", "mode"),
    [
        (written("a.webp", lossless=True), "RGB"), (written("a.tif"), "RGB"), (written("a.TIFF"), "L"),
        (written("a.ppm"), "RGB"), (written("a.pgm"), "L"), (written("a.pbm"), "1"), (written("a.gif"), "P"),
        (written("a.bmp"), "P"), (written("a.bmp"), "1"), (written("a.png"), "LA"), (written("a.png"), "1"),
        (written("a.tif"), "RGBA"), (sixteen_bits, "L"),
    ],
)  # fmt: skip
def test_every_form_of_image_is_read_as_pillow_reads_it(labelled, tmp_path, cache, write, mode):
    smooth = np.add.outer(np.arange(6) * 20, np.arange(8) * 9)[..., None] + np.array([0, 40, 80])
    image = Image.fromarray(smooth.astype(np.uint8)).convert(mode)
    write(tmp_path / "a", image)
    (file,) = tmp_path.glob("a.*")
    splits = made([*labelled, ImageRecord(file, 0)], missing_splits="none")[0]
    expected = np.asarray(image.convert("RGB"))
    assert any((example["image"] == expected).all() for example in splits["train"].as_numpy_iterator())
    np.testing.assert_array_equal(read_image(file), expected)


def test_of_moving_pictures_the_first_is_taken(labelled, tmp_path, cache):
    frames = [Image.new("RGB", (8, 6), color) for color in ((200, 0, 0), (0, 200, 0))]
    for name in ("a.gif", "a.webp", "a.tif"):
        options = {"lossless": True} if name == "a.webp" else {}
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], **options)
    moving = [ImageRecord(tmp_path / name, 0) for name in ("a.gif", "a.webp", "a.tif")]
    splits = made([*labelled, *moving], missing_splits="none")[0]
    red = [(example["image"] == [200, 0, 0]).all() for example in splits["train"].as_numpy_iterator()]
    assert sum(red) == 3


def test_a_copy_is_made_once_and_not_of_what_is_damaged(labelled, tmp_path, cache):
    Image.fromarray(np.zeros((6, 8, 3), np.uint8)).save(tmp_path / "a.tif")
    (tmp_path / "b.tif").write_bytes((tmp_path / "a.tif").read_bytes()[:60])
    Image.fromarray(np.zeros((6, 8), np.float32)).save(tmp_path / "c.tif")  # nothing says what is white
    pictures = [*labelled, *(ImageRecord(tmp_path / f"{name}.tif", 0) for name in "abc")]
    for _ in range(2):
        info = made(pictures, on_bad_record="skip")[1]
        assert info.counts == {"skipped: images that cannot be decoded": 2}
        assert len([*cache.rglob("*.png")]) == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 20000), (20000, 1)])
def test_odd_sizes_are_read_and_resized(labelled, tmp_path, size):
    image = picture(tmp_path / "odd.png", *size)
    splits, info = made([*labelled, ImageRecord(tmp_path / "odd.png", 0)], missing_splits="none", image_size=[4, 4])
    assert info.example_spec["image"] == tf.TensorSpec([4, 4, 3], tf.uint8)
    assert len(examples((splits, info))["train"]) == 31
    np.testing.assert_array_equal(read_image(tmp_path / "odd.png"), image)


def test_colours_of_print_are_read(labelled, tmp_path):
    Image.new("CMYK", (8, 6), (0, 200, 200, 20)).save(tmp_path / "print.jpg", quality=95)
    expected = np.asarray(Image.open(tmp_path / "print.jpg").convert("RGB")).astype(int)
    assert np.abs(read_image(tmp_path / "print.jpg").numpy() - expected).max() <= 4


def test_photographs_are_turned_as_they_are_displayed(labelled, tmp_path):
    pixels = picture(tmp_path / "a.png", 8, 6, seed=50)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    displayed = np.rot90(pixels, -1)
    splits, info = made([*labelled, ImageRecord(tmp_path / "a.png", 0)], missing_splits="none")
    assert info.example_spec["image"] == tf.TensorSpec([6, 8, 3], tf.uint8)
    assert sum((example["image"] == displayed).all() for example in splits["train"].as_numpy_iterator()) == 1
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), displayed)
    bad = BadFiles("error")
    options = {"target": "label", "class_names": "abc", "source": "here", "unlabelled": [tmp_path / "b.png"]}
    unlabelled = (
        make_image_splits({"train": labelled}, ImageOptions(), bad, **options)[1].fact(UnlabelledExamples).examples
    )
    np.testing.assert_array_equal(next(unlabelled.as_numpy_iterator())["image"], displayed)


def test_a_folder_in_place_of_an_image_is_told(labelled, tmp_path):
    (tmp_path / "x.jpg").mkdir()
    with pytest.raises(DataError, match=r"x\.jpg: not a JPEG.*Received: Is a directory"):
        made([*labelled, ImageRecord(tmp_path / "x.jpg", 0)])


def test_classes_are_told_apart(labelled):
    with pytest.raises(DataError, match=r"The class 'a' is named twice \(dataset\.class_names.*Received: a, b, a"):
        made(labelled, names="aba")
    with pytest.raises(DataError, match=r"All examples are of one class, 'a': there is nothing to tell apart.*Receiv"):
        made([ImageRecord(one.file, 0) for one in labelled], names="a")


def test_pictures_that_tensorflow_breaks_on_are_never_given_to_it(tmp_path):
    still, frames = Image.new("RGB", (8, 6)), [Image.new("RGB", (8, 6), (99, 0, 0))]
    for name, options in (("still", {}), ("moving", {"save_all": True, "append_images": frames})):
        still.save(tmp_path / f"{name}.webp", **options)
    assert [needs_copy((tmp_path / f"{name}.webp").read_bytes()) for name in ("still", "moving")] == [False, True]
    for channels in (0, 1, 3):
        assert read_image(tmp_path / "moving.webp", channels).shape[:2] == (6, 8)
        assert read_image(tmp_path / "still.webp", channels).shape[:2] == (6, 8)
