"""Embedded analogy questions and similarity pairs."""

from __future__ import annotations

from tfd2l.text.analogies import (
    AnalogyQuestion,
)
from tfd2l.text.relations import FIELDS, RELATIONS, make_relation_questions, make_relation_suite


def test_embedded_relations():
    questions = make_relation_questions()
    assert {question.section for question in questions} == set(RELATIONS)
    assert len(questions) == sum(len(pairs) * (len(pairs) - 1) for pairs in RELATIONS.values())
    assert AnalogyQuestion("capital", ("greece", "athens", "japan", "tokyo")) in questions
    suite = make_relation_suite()
    assert suite == make_relation_suite() != make_relation_suite(seed=1)
    assert {score for *_, score in suite} == {0.0, 1.5, 3.0}
    words = [word for groups in FIELDS.values() for group in groups for word in group.split()]
    assert len(words) == len(set(words))
