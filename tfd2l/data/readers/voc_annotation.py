"""Annotations of Pascal VOC: an xml file an image, with the boxes of its objects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tfd2l.files.opening import format_reason
from tfd2l.files.xml_tree import BadXml, parse_xml

CORNERS = ("xmin", "ymin", "xmax", "ymax")
TRUE = ("1", "true", "yes")


class BadAnnotation(Exception):
    """An annotation that cannot be used: its line (None where it has none), why, and what was received."""

    def __init__(self, line: int | None, fault: str, received: object) -> None:
        super().__init__(fault)
        self.line = line
        self.received = received


@dataclass(frozen=True)
class Annotation:
    """The content of an annotation file.

    Args:
        size: Height and width of the image, in pixels.
        objects: Those in it.
    """

    size: tuple[int, int]
    objects: list[AnnotatedObject]


@dataclass(frozen=True)
class AnnotatedObject:
    """An object in an image.

    Args:
        name: Of its class.
        corners: X_min, y_min, x_max, y_max in normalized coordinates.
        difficult: It was marked so: hard to recognize without more than the image.
        has_area: In the file's own numbers.
        line: Of the file, that names it.
    """

    name: str
    corners: tuple[float, float, float, float]
    difficult: bool
    has_area: bool
    line: int


def read_annotation(file: Path, one_based: bool) -> Annotation:
    """Reads the objects of an annotation, and the size of the image that it was made for.

    The xml declares its encoding; without a declaration it is UTF-8, or UTF-16 with a byte-order mark. Namespaces do
    not count.

    Args:
        file: Xml.
        one_based: Pixels are counted from 1 and the last one belongs to the box, as in VOC: a box around the whole
            image is (1, 1, width, height). So 1 is taken from x_min and y_min. False: corners are measured from 0.

    Raises:
        BadAnnotation: It cannot be parsed, tells no size, or an object has no name or not four numbers.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadAnnotation(None, f"cannot be read: {format_reason(error)}", file) from error
    try:
        root, lines = parse_xml(content)
    except BadXml as error:
        raise BadAnnotation(error.line, f"not valid xml: {error}", f"{len(content)} bytes") from error
    size = [_number(root.find(f"size/{side}")) for side in ("width", "height")]
    if not all(size):
        element = root.find("size")
        received = (
            "no <size>" if element is None else " x ".join("".join(element.itertext()).split()) or "an empty <size>"
        )
        raise BadAnnotation(None, "tells no size: <size> with <width> and <height> in pixels", received)
    width, height = (float(side or 0) for side in size)
    objects = []
    for element in root.iter("object"):
        line = lines[element]
        name = (element.findtext("name") or "").strip()
        if not name:
            raise BadAnnotation(line, "an object without a <name>", "no name")
        corners = [_number(element.find(f"bndbox/{corner}")) for corner in CORNERS]
        if None in corners:
            written = [element.findtext(f"bndbox/{corner}") for corner in CORNERS]
            raise BadAnnotation(line, f"a {name} whose <bndbox> is not four numbers: {', '.join(CORNERS)}", written)
        x_min, y_min, x_max, y_max = (corner or 0.0 for corner in corners)
        first = 1 if one_based else 0
        shares = (x_min - first) / width, (y_min - first) / height, x_max / width, y_max / height
        difficult = (element.findtext("difficult") or "").strip().lower() in TRUE
        objects.append(AnnotatedObject(name, shares, difficult, x_max > x_min and y_max > y_min, line))
    return Annotation((round(height), round(width)), objects)


def _number(element: ElementTree.Element | None) -> float | None:
    """A finite number, or None."""
    try:
        value = float(element.text or "") if element is not None else None
    except ValueError:
        return None
    return value if value is None or abs(value) < float("inf") else None
