"""CleanText against the book's own function."""

from __future__ import annotations

import re
import zipfile

import pytest
import tensorflow as tf

from tfd2l.stages.base.apply import serve
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


def preprocess_nmt(text):
    """Section 9.5."""

    def no_space(char, previous):
        return char in set(",.!?") and previous != " "

    text = text.replace("\u202f", " ").replace("\xa0", " ").lower()
    return "".join(" " + char if i > 0 and no_space(char, text[i - 1]) else char for i, char in enumerate(text))


TRANSLATION = {"drop_parentheses": False, "set_apart": ",.!?"}


@pytest.mark.parametrize(
    "text", [*ODD, "Go.", "Cours\u202f!", "Well... (no)?!", ".5, 1,000", " .a .b", "Moi ?\xa0Non."]
)
def test_odd_sentences_are_cleaned_as_the_book_prepares_translations(text):
    assert cleaned([text], **TRANSLATION) == [" ".join(preprocess_nmt(text).split())]


def test_all_of_fra_eng_is_cleaned_as_the_book_does(shared_data):
    with zipfile.ZipFile(shared_data / "fra_eng" / "fra-eng.zip") as archive:
        lines = archive.read("fra-eng/fra.txt").decode("utf-8").splitlines()
    texts = [text for line in lines for text in line.split("\t")]
    assert len(texts) == 2 * 167_130
    assert cleaned(texts, **TRANSLATION) == [" ".join(preprocess_nmt(text).split()) for text in texts]


@pytest.mark.parametrize("marks", ["]", "^-]", "\\", "«»", "a-z"])
def test_any_character_can_be_set_apart(marks):
    (text,) = cleaned([f"x{marks}x-y"], set_apart=marks, drop_parentheses=False)
    assert text == "".join(f" {char}" if char in marks else char for char in f"x{marks}x-y")


def test_a_key_that_is_not_served_is_left_alone():
    served = serve([CleanText(["source", "target"])], {"source": tf.constant(["A  b"])})
    assert {key: value.numpy().tolist() for key, value in served.items()} == {"source": [b"a b"]}
