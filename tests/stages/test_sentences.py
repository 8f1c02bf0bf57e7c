"""Sentences of paragraphs, as the book cuts them."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.stages.sentences import Sentences

PARAGRAPHS = [" = Heading = ", " One thing . Another one . ", "Alone", " A single one . ", "a . b . c", ""]


def book(paragraphs):
    """`_read_wiki` of section 14.9, without lower case; (sentence, whether it begins a paragraph)."""
    read = [line.strip().split(" . ") for line in paragraphs if len(line.split(" . ")) >= 2]
    return [(sentence, place == 0) for paragraph in read for place, sentence in enumerate(paragraph)]


def cut(paragraphs, **options):
    ds = tf.data.Dataset.from_tensor_slices({"text": paragraphs})
    made = Sentences(**options)(ds, split="train", seed=0)
    return [(e["text"].decode(), bool(e["begins"])) for e in made.as_numpy_iterator()]


def test_they_are_those_of_the_book():
    assert cut(PARAGRAPHS) == book(PARAGRAPHS)
    assert cut(PARAGRAPHS)[:3] == [("One thing", True), ("Another one .", False), ("A single one .", True)]


def test_another_separator_and_fewer_parts():
    assert cut(["a; b", "c"], separator="; ", min_parts=1) == [("a", True), ("b", False), ("c", True)]


def test_many_paragraphs_take_many_calls():
    paragraphs = [" . ".join(f"s{i}" for i in range(number % 5)) + " . " for number in range(3000)]
    assert cut(paragraphs) == book(paragraphs)


def test_served_a_text_is_left_whole():
    served = Sentences().serve({"text": tf.constant(["a . b"])})
    assert served["text"].numpy().tolist() == [b"a . b"]


@pytest.mark.parametrize("options", [{"separator": ""}, {"min_parts": 0}])
def test_what_cannot_be_cut_is_refused(options):
    with pytest.raises(ValueError, match="Received: separator="):
        Sentences(**options)
