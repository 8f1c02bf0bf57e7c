"""Words as ids of the data's own vocabulary."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.word_lookup import WordLookup

INFO = NO_DATA.with_fact(Vocabulary(("<unk>", "may", "May", "été", ". . .")))


def test_a_text_is_one_word_as_it_is_written_or_in_lower_case():
    stage = WordLookup()
    assert stage.bind(INFO) is INFO
    run = tf.function(stage.transform)
    after = run(
        {"text": tf.constant(["may", "May", "MAY", " ÉTÉ ", ". . .", "june", "", "<unk>"]), "label": tf.range(8)}
    )
    assert after["text"].numpy().tolist() == [1, 2, 1, 3, 4, 0, 0, 0]
    assert after["text"].dtype == tf.int32
    assert after["label"].numpy().tolist() == list(range(8))


def test_the_data_must_come_with_a_vocabulary():
    for tokens in ((), ("the", "of")):
        with pytest.raises(
            ConfigError, match=rf"a vocabulary that has <unk> .*Received: {len(tokens)} tokens from none"
        ):
            WordLookup().bind(NO_DATA.with_fact(Vocabulary(tokens)))
    with pytest.raises(ValueError, match=r"call bind\(info\) first"):
        WordLookup().transform({"text": tf.constant(["a"])})
