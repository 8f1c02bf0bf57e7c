"""The report on translations: its metrics against their definitions, its tables, and what it refuses."""

from __future__ import annotations

import dataclasses

import pytest

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError, ConfigError
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.translations import translations
from tfd2l.text.bleu import compute_bleu, compute_corpus_bleu

SOURCES = ["Go.", "He's rich.", "I'm home."]
TARGETS = ["Va !", "Il est riche.", "Je  suis chez\u202fmoi."]
TOLD = ["va !", "il est calme .", ""]
BOOK = {"go .": "va !", "i lost .": "j'ai perdu .", "he's calm .": "il est calme .", "i'm home .": "je suis chez moi ."}
PHRASES = [{"source": source, "target": target} for source, target in BOOK.items()]


class Kept:
    """Artifacts in memory."""

    def __init__(self):
        self.tables = {}

    def log_table(self, columns, path):
        self.tables[path] = columns


def finished(decoded=None, served=None):
    """A run whose model said `decoded` of the test split, and says `served` of a phrase."""

    def serve(inputs):
        (texts,) = inputs.values()
        return {"translation": [served[text] for text in texts]}

    return FinishedRun(
        artifacts=Kept(),
        data=dataclasses.replace(NO_DATA, inputs=("source",)),
        predict=lambda split, limit: Predictions(
            {"source": SOURCES}, TARGETS, decoded or {"translation": TOLD}, split or "test"
        ),
        serve=serve,
        total_steps=30,
    )


def test_metrics_are_those_of_the_clean_sentences():
    numbers = translations(finished())
    truth = ["va !", "il est riche .", "je suis chez moi ."]
    expected = {
        "test/bleu": (1 + compute_bleu("il est calme .", "il est riche .") + 0) / 3,
        "test/sacrebleu": compute_corpus_bleu(TOLD, truth),
        "test/exact_match": 1 / 3,
    }
    assert numbers == pytest.approx(expected)
    assert 0 < expected["test/sacrebleu"] < 100


def test_the_table_has_the_worst_first():
    run = finished()
    numbers = translations(run, split="validation", max_rows=2)
    assert set(numbers) == {"validation/bleu", "validation/sacrebleu", "validation/exact_match"}
    assert run.artifacts.tables == {
        "tables/translations_validation.json": {
            "source": ["I'm home.", "He's rich."],
            "truth": ["je suis chez moi .", "il est riche ."],
            "translation": ["", "il est calme ."],
            "BLEU": [0, 0.658],
        }
    }


def test_phrases_are_translated_and_scored_as_in_the_book():
    run = finished(served={**BOOK, "he's calm .": "il est riche ."})
    numbers = translations(run, phrases=PHRASES)
    scores = {name: value for name, value in numbers.items() if name.startswith("phrases/")}
    assert scores == {
        "phrases/go": 1,
        "phrases/i lost": 1,
        "phrases/he s calm": pytest.approx(0.658, abs=5e-4),
        "phrases/i m home": 1,
        "phrases/bleu": pytest.approx((3 + 0.658) / 4, abs=5e-4),
    }
    table = run.artifacts.tables["tables/phrases.json"]
    assert table["source"] == list(BOOK)
    assert table["translation"][2] == "il est riche ."
    assert table["BLEU"] == [1, 1, 0.658, 1]


def test_a_longer_n_gram_counts_when_told():
    numbers = translations(finished(), k=4)
    assert numbers["test/bleu"] == pytest.approx(
        (compute_bleu(TOLD[0], "va !", 4) + compute_bleu(TOLD[1], "il est riche .", 4)) / 3
    )


def test_what_it_cannot_do_is_told():
    with pytest.raises(ComponentError, match=r"gives `translation`.*Received: a decoder that gives label$"):
        translations(finished(decoded={"label": ["a"] * 3}))
    with pytest.raises(ConfigError, match=r"Received: \{'source': 'go \.'\}"):
        translations(finished(), phrases=[{"source": "go ."}])
