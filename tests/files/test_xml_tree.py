"""Xml in every encoding that it declares; namespaces do not count; faults have their line."""

from __future__ import annotations

import pytest

from tfd2l.files.xml_tree import BadXml, parse_xml

TEXT = "<annotation>\n<name>Straße</name>\n<object/></annotation>"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("utf-16", "utf-16"), ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"), ("gb18030", "gb18030"),
    ],
)  # fmt: skip
def test_declared_encoding_is_used(encoding, declared):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    root, lines = parse_xml((declaration + TEXT).encode(encoding))
    assert root.findtext("name") == "Straße"
    assert lines[root.find("object")] == 3


def test_namespaces_are_removed():
    root, _ = parse_xml(b'<v:annotation xmlns:v="http://x/y"><v:name other="1">a</v:name></v:annotation>')
    assert (root.tag, root.findtext("name")) == ("annotation", "a")


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (b"", "no element found", 1),
        (b"<a>\n<b></a>", "mismatched tag", 2),
        (b"<a>\n\n&foo;</a>", "undefined entity", 3),
        (TEXT.encode("latin-1"), "declares no encoding and is not UTF-8", 2),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "encoding specified in XML declaration is incorrect", 1),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not known, klingon", 1),
        (b'<?xml version="1.0" encoding="shift_jis"?>\n<a>\xff</a>', "declares shift_jis, but byte 0xff", 2),
    ],
)
def test_malformed_xml_is_an_error_with_its_line(content, fault, line):
    with pytest.raises(BadXml, match=fault) as caught:
        parse_xml(content)
    assert caught.value.line == line
