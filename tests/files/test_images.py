"""Which files are images: endings in any case, folders inside folders, and what else is there."""

from __future__ import annotations

from collections import Counter

from tfd2l.files.images import NamedImages, find_images


def write(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def test_images_are_found_by_suffix_and_others_counted(tmp_path):
    write(
        tmp_path, "b.JPG", "a.webp", "2023/c.Tif", "._a.jpg", "Thumbs.db", "notes.txt", "2023/x.TXT", "README", "d.heic"
    )
    found = find_images(tmp_path)
    assert [str(file.relative_to(tmp_path)) for file in found.images] == ["2023/c.Tif", "a.webp", "b.JPG"]
    assert found.others == Counter({".txt": 2, "": 1, ".heic": 1})
    assert [file.name for file in find_images(tmp_path, deep=False).images] == ["a.webp", "b.JPG"]


def test_folder_named_like_an_image_and_circles_of_links(tmp_path):
    write(tmp_path, "x.jpg/inside.png")
    (tmp_path / "x.jpg" / "up").symlink_to(tmp_path)
    assert [file.name for file in find_images(tmp_path).images] == ["inside.png"]


def test_images_are_looked_up_with_or_without_suffix(tmp_path):
    write(tmp_path, "a 1.PNG", "a 1.jpg", "b.v2.png", "c.txt")
    images = NamedImages(tmp_path)
    assert [images.get(name).name for name in ("a 1", "a 1.PNG", "b.v2")] == ["a 1.jpg", "a 1.PNG", "b.v2.png"]
    assert [images.get(name) for name in ("c", "b", "a", "c.txt")] == [None] * 4
