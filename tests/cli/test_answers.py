"""Answers as a person reads them."""

from __future__ import annotations

import pytest

from tfd2l.cli.answers import format_answer


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"value": 0.5, "text": "two words"}, "text           two words\nvalue          0.5000"),
        ({"vector": [0.5] * 3}, "vector         0.5000  0.5000  0.5000"),
        ({"words": ["a", "b"]}, "words          a  b"),
        ({"mask": [[1, 2, 3], [4, 5, 6]]}, "mask           2 x 3 numbers; --json gives all"),
        (
            {"label": "cat", "probabilities": [0.25, 0.75], "classes": ["a dog", "cat"]},
            "label          cat\nclasses  probabilities\na dog    0.2500\ncat      0.7500",
        ),
        (
            {"boxes": [[0.0, 0.5], [0.5, 1.0], [0.0, 0.0]], "labels": ["disc", "star", ""], "scores": [0.9, 0.8, 0.0]},
            "labels  scores  boxes: x_min, y_min, x_max, y_max as shares of the image\n"
            "disc    0.9000  0.0000  0.5000\nstar    0.8000  0.5000  1.0000",
        ),
    ],
)
def test_what_belongs_together_stands_together(answer, expected):
    assert format_answer(answer) == expected


def test_of_a_long_vector_the_beginning_is_shown():
    assert format_answer({"vector": [0.0] * 50}).endswith("0.0000  ... (50 numbers; --json gives all)")
    assert format_answer({"vector": [0.0] * 50}).count("0.0000") == 20
