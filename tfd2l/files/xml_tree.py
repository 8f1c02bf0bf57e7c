"""Parsing of XML files: in the encoding that they declare, without namespaces, and with the line of each element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

BETWEEN = "}"  # of a namespace and a name
DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")


class BadXml(Exception):
    """A file that is not XML.

    Args:
        fault: What is wrong with it.
        line: The line, from 1; None if there is none.
    """

    def __init__(self, fault: str, line: int | None) -> None:
        super().__init__(fault)
        self.line = line


def parse_xml(content: bytes) -> tuple[Element, Mapping[Element, int]]:
    r"""Parses an XML file.

    Args:
        content: The bytes of the file, in the encoding that it declares, otherwise in UTF-8, or in UTF-16 with its
            mark.

    Returns:
        The root element, and the line of each element, from 1.

    Raises:
        BadXml: The file is not well formed, or not in the encoding that it declares.

    Example:
        >>> from tfd2l.files.xml_tree import parse_xml
        >>> root, lines = parse_xml(b"<a>\n<b/></a>")
        >>> root.tag, lines[root[0]]
        ('a', 2)
    """
    try:
        return _parse(content, None)
    except (ValueError, LookupError) as error:  # an encoding of several bytes a character, which the parser lacks
        declared = DECLARATION.match(content)
        if declared is None:
            raise BadXml(str(error), None) from error
        encoding = declared[1].decode("ascii")
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise BadXml(f"it declares an encoding that is not known, {encoding}", 1) from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadXml(f"it declares {encoding}, but byte 0x{content[error.start]:02x} is none of it", line) from error
    return _parse(text.encode("utf-8"), "utf-8")


def _parse(content: bytes, encoding: str | None) -> tuple[Element, dict[Element, int]]:
    builder = TreeBuilder()
    parser = expat.ParserCreate(encoding, BETWEEN)
    lines: dict[Element, int] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        lines[builder.start(_strip_namespace(name), attributes)] = parser.CurrentLineNumber

    def end(name: str) -> None:
        builder.end(_strip_namespace(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        hint = "" if DECLARATION.match(content) or _is_utf8(content) else "; it declares no encoding and is not UTF-8"
        raise BadXml(f"{error}{hint}", error.lineno) from error
    return builder.close(), lines


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _strip_namespace(name: str) -> str:
    return name.rpartition(BETWEEN)[2]
