"""The embedded NLI data: the label is the meaning's, the splits share nothing, and single words do not tell it."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter

import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from tfd2l.data.generators.nli.pairs import NAMES, _scenes, generate_pairs
from tfd2l.data.generators.nli.sentences import Statement, compute_meaning, write_sentence
from tfd2l.data.generators.nli.world import CONCEPTS, DIMENSIONS, LEAVES, compute_label
from tfd2l.datasets.nli_embedded import nli_embedded
from tfd2l.errors import DataError

WORLDS = [dict(zip(DIMENSIONS, leaves, strict=True)) for leaves in itertools.product(*(LEAVES[d] for d in DIMENSIONS))]


def holds(statement: Statement, world: dict[str, str]) -> bool:
    """Independently of boxes: does the sentence describe this picture?"""
    right = {d: not getattr(statement, d) or world[d] in CONCEPTS[d][getattr(statement, d)].leaves for d in DIMENSIONS}
    if statement.negated == "existence":
        return not all(right.values())
    if statement.negated:
        right[statement.negated] = not right[statement.negated]
    return all(right.values())


def drawn(rng: random.Random) -> Statement:
    action, place = rng.choice(["", *NAMES["action"]]), rng.choice(NAMES["place"])
    ways = ["", "existence", *(["action"] if action else []), *(["place"] if place else [])]
    return Statement(rng.choice(NAMES["kind"]), rng.choice(NAMES["count"]), action, place, rng.choice(ways))


def test_the_label_is_that_of_enumerating_every_world():
    rng = random.Random(1)
    seen: Counter[int] = Counter()
    for _ in range(400):
        premise, hypothesis = drawn(rng), drawn(rng)
        told = {holds(hypothesis, world) for world in WORLDS if holds(premise, world)}
        expected = 2 if len(told) == 2 else (0 if told == {True} else 1)
        assert compute_label(compute_meaning(premise), compute_meaning(hypothesis)) == expected, (premise, hypothesis)
        seen[expected] += 1
    assert min(seen.values()) > 20


@pytest.fixture(scope="module")
def pairs():
    return generate_pairs(3000, seed=4)


def test_three_balanced_classes_in_every_split_and_no_pair_twice(pairs):
    assert {split: len(rows) for split, rows in pairs.items()} == {"train": 2400, "validation": 300, "test": 300}
    for rows in pairs.values():
        assert len({Counter(pair.label for pair in rows)[label] for label in range(3)}) == 1
    everything = [pair[:2] for rows in pairs.values() for pair in rows]
    assert len(set(everything)) == len(everything)


def test_splits_share_no_premise_and_no_scene(pairs):
    premises = [{pair.premise for pair in rows} for rows in pairs.values()]
    # Every sentence that can be said of a scene: premises are found back in the scenes of one split only.
    of_sentence: dict[str, set[tuple[str, str, str]]] = {}
    rng = random.Random(0)
    for kind, action, place in _scenes():
        for count in CONCEPTS["count"]:
            for _ in range(30):
                of_sentence.setdefault(write_sentence(Statement(kind, count, action, place), rng), set()).add(
                    (kind, action, place)
                )
    scenes = [set().union(*(of_sentence.get(premise, set()) for premise in split)) for split in premises]
    for one, other in itertools.combinations(range(3), 2):
        assert not premises[one] & premises[other]
        assert not scenes[one] & scenes[other]
    assert min(map(len, scenes)) > 20


def test_every_word_of_validation_and_test_is_in_train(pairs):
    words = {
        split: {w for p in rows for text in p[:2] for w in re.findall("[a-z]+", text.lower())}
        for split, rows in pairs.items()
    }
    assert words["validation"] | words["test"] <= words["train"]


def test_the_same_seed_draws_the_same_pairs_and_another_seed_others(pairs):
    assert generate_pairs(3000, seed=4) == pairs
    assert generate_pairs(3000, seed=5)["test"] != pairs["test"]


def test_sentences_are_grammatical():
    rng = random.Random(2)
    for _ in range(2000):
        statement = drawn(rng)
        text = write_sentence(statement, rng)
        words = text.replace(",", "").split()
        assert text[0].isupper()
        assert text[-1].isalpha()
        assert "  " not in text
        for article, noun in itertools.pairwise(words):
            if article.lower() in ("a", "an"):
                assert (noun[0] in "aeiou") == (article.lower() == "an"), text
        assert (" is " in text) != (" are " in text), text


def test_negation_is_as_frequent_in_every_class(pairs):
    negated = Counter(
        pair.label for pair in pairs["train"] if re.search(r"\b(no|not|nobody)\b", pair.hypothesis.lower())
    )
    assert [negated[label] / 800 for label in range(3)] == pytest.approx([0.15] * 3, abs=0.05)


def test_single_words_do_not_tell_the_label():
    data = generate_pairs()
    vectorizers = [CountVectorizer(token_pattern="[a-z]+") for _ in range(2)]

    def features(split: str, fit: bool) -> object:
        texts = [[pair[side] for pair in data[split]] for side in range(2)]
        return hstack([(v.fit_transform if fit else v.transform)(t) for v, t in zip(vectorizers, texts, strict=True)])

    train, test = features("train", True), features("test", False)
    bag_of_words = LogisticRegression(max_iter=2000).fit(train, [pair.label for pair in data["train"]])
    assert bag_of_words.score(test, [pair.label for pair in data["test"]]) < 0.65


@pytest.mark.parametrize(("num_pairs", "said"), [(20, "too few"), (200_000, "does not hold")])
def test_a_number_of_pairs_out_of_reach_is_refused(num_pairs, said):
    with pytest.raises(DataError, match=rf"{said}.*Received: dataset.num_pairs={num_pairs}"):
        generate_pairs(num_pairs)


def test_the_dataset_says_what_it_is():
    splits, info = nli_embedded(num_pairs=300)
    assert (info.source, info.inputs) == ("embedded", ("premise", "hypothesis"))
    assert info.class_names == ("entailment", "contradiction", "neutral")
    assert info.sizes == {"train": 240, "validation": 30, "test": 30}
    assert (
        info.fingerprint
        == nli_embedded(num_pairs=300)[1].fingerprint
        != nli_embedded(num_pairs=300, seed=1)[1].fingerprint
    )
    example = next(iter(splits["train"]))
    assert {key: value.dtype.name for key, value in example.items()} == {
        "premise": "string", "hypothesis": "string", "label": "int32",
    }  # fmt: skip
