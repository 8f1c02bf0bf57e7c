"""CleanText against the book's own function."""

from __future__ import annotations

import re

import pytest
import tensorflow as tf

from tfd2l.stages.clean_text import CleanText


def extract_text(s):
    """Section 15.4, `read_snli`."""
    s = re.sub("\\(", "", s)
    s = re.sub("\\)", "", s)
    s = re.sub("\\s{2,}", " ", s)
    return s.strip()


ODD = [
    "( ( A man ) ( is   running ) )",
    "",
    "   ",
    "()",
    "((((",
    "no change",
    " tab\tnew\nline\r\nreturn\x0bvertical\x0cfeed ",
    "no-break\u00a0space, ideographic\u3000space, thin\u2009space, line\u2028separator, next\x85line",
    "unit\x1fseparator \x1c\x1d file",
    "ÄÖÜ ÉÈ ÅNGSTRÖM ß ẞ",
    "ΣΊΣΥΦΟΣ ΟΔΟΣ",
    "İSTANBUL ıI",
    "ДОМ 日本語 （fullwidth） 😀 ﬁ",
    "zero\u200bwidth stays",
    "\\( back\\slash [] {} . * + ?",
]


def cleaned(texts, **options):
    examples = CleanText(["text"], **options).transform({"text": tf.constant(texts)})
    return [text.decode() for text in examples["text"].numpy()]


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_cleaned_as_the_book_does(text):
    # The book leaves a lone tab or line end; every white space is one blank here, and nothing else differs.
    expected = " ".join(extract_text(text).split())
    assert cleaned([text], lower=False) == [expected]
    assert cleaned([text]) == [expected.lower()]


def test_snli_is_cleaned_exactly_as_the_book_does(shared_data):
    lines = (shared_data / "snli_dev" / "snli_validation.tsv").read_text(encoding="utf-8").split("\n")[1:]
    texts = [text for line in lines for text in line.split("\t")[:2]]
    assert len(texts) > 19_000
    assert cleaned(texts) == [extract_text(text).lower() for text in texts]


def test_only_the_keys_named_are_cleaned_and_the_rest_is_kept():
    given = {"premise": tf.constant(["(A)"]), "other": tf.constant(["(A)"]), "label": tf.constant([1])}
    after = CleanText(["premise"]).transform(given)
    assert [after[key].numpy().tolist() for key in ("premise", "other", "label")] == [[b"a"], [b"(A)"], [1]]


def test_bytes_that_are_not_utf8_do_not_stop_a_server():
    (text,) = CleanText(["text"]).transform({"text": tf.constant([b"(A)\xff  B"])})["text"].numpy()
    assert text.startswith(b"a")
    assert text.endswith(b" b")
