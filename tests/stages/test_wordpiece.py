"""WordPiece in the graph against the `tokenizers` package."""

from __future__ import annotations

import pytest
import tensorflow as tf
from tokenizers import BertWordPieceTokenizer

from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.wordpiece import WordPiece

ODD = [
    "Café déjà-vu, naïve ÅNGSTRÖM! cafe\u0301",
    "日本語のテキスト 東京 한국어 中文，标点。",
    'don\'t stop... (really?!) "yes" a_b@x.com #tag $5 1,000.5 50%',
    "“quotes” – dash—dash… ¿qué? «oui»",
    "tab\tnew\nline\r\nno-break\u00a0space ideographic\u3000space",
    "control\x00\x07 soft\u00adhyphen zero\u200bwidth \ufffd",
    "ß straße ﬁ ① Ⅷ İstanbul ½",
    "ไทย ภาษา हिन्दी עִבְרִית العربية Дом",
    "x" * 100,
    "x" * 101,
    "emoji 😀 and ✓",
    "",
    "   ",
]


@pytest.fixture(scope="module")
def snli_texts(shared_data):
    lines = (shared_data / "snli_dev" / "snli_validation.tsv").read_text(encoding="utf-8").split("\n")[1:]
    return [text for line in lines for text in line.split("\t")[:2]]


def fitted(texts, size=2000, **options):
    stage = WordPiece(["text"], vocabulary_size=size, **options)
    stage.fit(tf.data.Dataset.from_tensor_slices({"text": texts}))
    return stage


def tokens(stage, texts):
    """As a served model computes them: in a graph."""
    run = tf.function(lambda batch: stage.transform({"text": batch})["text"])
    return run(tf.constant(texts)).to_list()


def reference(stage, texts):
    other = BertWordPieceTokenizer({token: number for number, token in enumerate(stage.tokens)}, lowercase=True)
    return [encoding.ids for encoding in other.encode_batch(texts, add_special_tokens=False)]


def test_all_of_snli_gets_the_tokens_of_the_tokenizers_package(snli_texts):
    stage = fitted(snli_texts, 8000)
    assert len(snli_texts) > 19_000
    assert tokens(stage, snli_texts) == reference(stage, snli_texts)


@pytest.mark.parametrize("learned_from", [ODD * 3, ["plain words alone, of no other script."] * 3])
def test_odd_text_gets_the_tokens_of_the_tokenizers_package(learned_from):
    stage = fitted(learned_from)
    assert tokens(stage, ODD) == reference(stage, ODD)


def test_a_word_with_an_unknown_character_is_one_unknown_token():
    stage = fitted(["the dog runs", "the dogs run"] * 3)
    unknown = stage.tokens.index("[UNK]")
    the, dog = stage.tokens.index("the"), stage.tokens.index("dog")
    assert tokens(stage, ["The 日本 dog", "dög😀g the"]) == [[the, unknown, unknown, dog], [unknown, the]]
    assert tokens(stage, [b"the \xff\xfe dog"])[0][0] == the


@pytest.mark.parametrize("text", ["ΣΊΣΥΦΟΣ ΟΔΟΣ, Σ.", "οδος ΟΔΟΣΣ", "İSTANBUL ıI", "ẞ ǅ ΐ ΥΣ\u0301 Ꭰ K Å", "ﬃ ŉ Ⓐ"])
def test_text_is_split_into_the_words_that_were_learned_from_it(text):
    """Learning and splitting lower-case alike, whatever stands around a character: words are whole."""
    stage = fitted([text] * 5, min_frequency=1)
    (row,) = tokens(stage, [text])
    pieces = [stage.tokens[number] for number in row]
    assert "[UNK]" not in pieces
    assert not [piece for piece in pieces if piece.startswith("##")]


def test_special_tokens_in_a_text_are_words_like_others():
    stage = fitted(["the [SEP] dog"] * 3)
    (row,) = tokens(stage, ["The [SEP] dog"])
    assert [stage.tokens[number] for number in row] == ["the", "[", "sep", "]", "dog"]


def test_special_tokens_stand_for_themselves_when_asked_to():
    stage = fitted(["the bird flies"] * 9, special_tokens=["[MASK]", "[SEP]"])
    (ids,) = stage.transform({"text": tf.constant(["the [MASK] flies [sep] bird"])})["text"].to_list()
    assert [stage.tokens[id] for id in ids] == ["the", "[MASK]", "flies", "[SEP]", "bird"]


def test_another_fit_replaces_the_vocabulary_in_the_graph_too():
    stage = fitted(["the dog"] * 3)
    first = tokens(stage, ["the dog"])
    stage.fit(tf.data.Dataset.from_tensor_slices({"text": ["a cat"] * 3}))
    (row,) = tokens(stage, ["a cat"])
    assert [stage.tokens[number] for number in row] == ["a", "cat"]
    assert tokens(stage, ["the dog"]) != first


def test_it_can_be_exported(tmp_path):
    stage = fitted(ODD * 3)
    module = tf.Module()
    spec = [tf.TensorSpec([None], tf.string)]
    module.run = tf.function(lambda texts: stage.transform({"text": texts})["text"].to_tensor(), input_signature=spec)
    tf.saved_model.save(module, str(tmp_path / "model"))
    loaded = tf.saved_model.load(str(tmp_path / "model")).run(tf.constant(ODD)).numpy()
    assert loaded.tolist() == module.run(tf.constant(ODD)).numpy().tolist()


def test_texts_of_several_keys_share_a_vocabulary_and_keep_their_places():
    ds = tf.data.Dataset.from_tensor_slices(
        {"premise": ["a dog", "", "cats run"], "hypothesis": ["", "a dog runs", "a"], "label": [0, 1, 2]}
    )
    stage = WordPiece(["premise", "hypothesis"], vocabulary_size=60, min_frequency=1)
    stage.fit(ds)
    after = stage.transform(next(iter(ds.batch(3))))
    words = {key: [[stage.tokens[i] for i in row] for row in after[key].to_list()] for key in stage.keys}
    assert words == {"premise": [["a", "dog"], [], ["cats", "run"]], "hypothesis": [[], ["a", "dog", "runs"], ["a"]]}
    assert after["label"].numpy().tolist() == [0, 1, 2]


def test_a_vocabulary_of_a_preset_is_taken_as_it_is(bert_preset):
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog", "##s", "the"]
    stage = fitted(["no text of this is learned from"], vocabulary=bert_preset(vocabulary))
    assert list(stage.tokens) == vocabulary
    assert tokens(stage, ["The dogs run"]) == [[7, 5, 6, 1]]


def test_tf_data_and_serving_give_the_same_tokens(plain):
    stage = fitted(ODD * 3)
    through = plain(apply([stage], tf.data.Dataset.from_tensor_slices({"text": ODD}), split="test", seed=0))
    assert [example["text"] for example in through] == serve([stage], {"text": tf.constant(ODD)})["text"].to_list()


def test_it_must_be_fitted_first_and_have_room_for_a_character():
    with pytest.raises(ValueError, match=r"call fit\(train\) first\. Received: keys=\['text'\]"):
        WordPiece(["text"]).transform({"text": tf.constant(["a"])})
    with pytest.raises(ValueError, match=r"vocabulary_size counts from 7 up\. Received: 6"):
        WordPiece(["text"], vocabulary_size=6)
