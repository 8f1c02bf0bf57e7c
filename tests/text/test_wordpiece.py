"""Learning WordPiece vocabularies: repeatable, bounded, and readable again."""

from __future__ import annotations

import json
import random

import pytest

from tfd2l.errors import ComponentError, ConfigError, DataError
from tfd2l.text.wordpiece import SPECIAL_TOKENS, learn_wordpiece, load_vocabulary, read_vocabulary, save_vocabulary

WORDS = [
    a + b + c for a in ("re", "un", "over", "") for b in ("play", "work", "dög", "run") for c in ("", "s", "ed", "ing")
]
# Many ties, and more characters than the trainer's own limit of 1000.
TEXTS = [" ".join(random.Random(seed).choices(WORDS, k=9)) for seed in range(200)] + [
    "".join(map(chr, range(start, start + 20))) for start in range(0x4E00, 0x4E00 + 1200, 20)
]
LEARN = """
import json, sys
from tfd2l.text.wordpiece import learn_wordpiece
texts, sizes = json.load(open(sys.argv[1], encoding="utf-8"))
print(json.dumps([learn_wordpiece(texts, size) for size in sizes]))
"""


def test_vocabulary_does_not_depend_on_process_or_order(tmp_path, python):
    sizes = [60, 300, 2500]
    here = [learn_wordpiece(TEXTS, size) for size in sizes]
    shuffled = random.Random(1).sample(TEXTS, len(TEXTS))
    assert shuffled != TEXTS
    assert [learn_wordpiece(shuffled, size) for size in sizes] == here
    (tmp_path / "texts.json").write_text(json.dumps([shuffled, sizes]), encoding="utf-8")
    there = python("-c", LEARN, str(tmp_path / "texts.json"), PYTHONHASHSEED="12345")
    assert there.code == 0, there.err
    assert json.loads(there.out) == here


@pytest.mark.parametrize("size", [7, 8, 30, 60, 100, 300, 1000, 2500, 9000])
def test_vocabulary_size_is_limited(size):
    vocabulary = learn_wordpiece(TEXTS, size)
    assert len(vocabulary) == len(set(vocabulary)) <= size
    assert tuple(vocabulary[:5]) == SPECIAL_TOKENS
    if size == 300:  # where characters leave no room, the commonest have it
        assert set("playworkdogrunse") <= set(vocabulary)


def test_pieces_are_normalized_and_include_whole_words():
    vocabulary = learn_wordpiece(["The Dögs RUN", "the dogs run"] * 5, 200)
    assert {"the", "dogs", "run"} <= set(vocabulary)
    assert all(token == token.lower() for token in vocabulary[5:])
    assert "ö" not in vocabulary


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ΣΊΣΥΦΟΣ ΟΔΟΣ", {"σισυφος", "οδος"}),  # a capital sigma at the end of a word is a final one
        ("Σίσυφος οδός", {"σισυφος", "οδος"}),
        ("İSTANBUL DİYARBAKIR", {"istanbul", "diyarbakir"}),
        ("STRASSE STRAẞE \u0391\u0301ΣΙΣ", {"strasse", "straße", "ασις"}),
    ],
)
def test_words_are_learned_in_contextual_lower_case(text, words):
    vocabulary = learn_wordpiece([text] * 5, 200)
    assert words <= set(vocabulary)
    assert not {token for token in vocabulary[5:] if token != token.lower()}


def test_pairs_below_min_frequency_are_not_merged():
    texts = ["common words"] * 10 + ["unusual"] * 3
    assert "unusual" in learn_wordpiece(texts, 200, min_frequency=3)
    rare = learn_wordpiece(texts, 200, min_frequency=4)
    assert "unusual" not in rare
    assert {"common", "words"} <= set(rare)


@pytest.mark.parametrize("texts", [[], ["", "  \n"]])
def test_learning_from_no_text_is_an_error(texts):
    with pytest.raises(DataError, match=rf"No text to learn.*Received: {len(texts)} texts"):
        learn_wordpiece(texts, 100)


def test_vocabulary_of_a_preset_folder(bert_preset):
    vocabulary = learn_wordpiece(TEXTS, 80)
    assert load_vocabulary(bert_preset(vocabulary)) == vocabulary


def test_missing_preset_is_an_error(tmp_path):
    with pytest.raises(ComponentError, match=r"could not be loaded.*Received: preset:.*nowhere$"):
        load_vocabulary(f"preset:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize("source", ["bert_base", "file:words.txt", ""])
def test_source_of_another_form_is_refused(source):
    with pytest.raises(ConfigError, match=r"`preset:NAME_OR_FOLDER` or `run:RUN_ID`\. Received"):
        load_vocabulary(source)


def test_saved_vocabulary_has_one_token_a_line(tmp_path):
    tokens = [*SPECIAL_TOKENS, "ü", "##日", "…", "\u200b", '"']
    save_vocabulary(tokens, tmp_path / "vocabulary.txt")
    assert (tmp_path / "vocabulary.txt").read_text(encoding="utf-8").splitlines() == tokens


def test_saved_vocabulary_is_read_again(tmp_path):
    tokens = ["[PAD]", "[UNK]", "line\u2028end", "\x85", "\x0b\x1c", "é", "##a"]
    save_vocabulary(tokens, tmp_path / "vocabulary.txt")
    assert read_vocabulary(tmp_path / "vocabulary.txt") == tokens
