"""From splits to batches: what is fitted on what, what an epoch is, and what is the same every time."""

from __future__ import annotations

import random
from itertools import chain

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo, make_splits
from tfd2l.errors import ConfigError, DataError
from tfd2l.pipelines.experiment.prepare import epoch_seed, num_batches, prepare
from tfd2l.stages.base.apply import serve
from tfd2l.stages.base.stage import Stage
from tfd2l.stages.base.transforms import Transform
from tfd2l.stages.bucket_batch import BucketBatch
from tfd2l.stages.cache import Cache
from tfd2l.stages.clean_text import CleanText
from tfd2l.stages.language_model_batch import LanguageModelBatch
from tfd2l.stages.pack_pair import PackPair
from tfd2l.stages.prefetch import Prefetch
from tfd2l.stages.pretraining_batch import PretrainingBatch
from tfd2l.stages.sentences import Sentences
from tfd2l.stages.shuffle import Shuffle
from tfd2l.stages.translation_batch import TranslationBatch
from tfd2l.stages.word_ids import WordIds
from tfd2l.stages.wordpiece import WordPiece
from tfd2l.stages.words import Words
from tfd2l.training.settings import TrainerSettings

WORDS = ["dogs", "cats", "run", "sleep", "a", "the", "(park)", "in"]
SIZES = {"train": 50, "validation": 11, "test": 7}


def sentence(generator, most):
    return " ".join(generator.choices(WORDS, k=generator.randrange(1, most)))


def pairs():
    """Splits of pairs with a label that numbers them; each split has a word of its own."""
    generator = random.Random(0)
    columns = {
        split: {
            "premise": [sentence(generator, 9) + f" only{split}" for _ in range(size)],
            "hypothesis": [sentence(generator, 5) for _ in range(size)],
            "label": list(range(size)),
        }
        for split, size in SIZES.items()
    }
    return make_splits(columns, inputs=["premise", "hypothesis"], source="a test", class_names=["a", "b", "c"])


def text_stages():
    keys = ["premise", "hypothesis"]
    tokenize = [CleanText(keys), WordPiece(keys, vocabulary_size=200), PackPair(max_length=12), Cache()]
    return [*tokenize, Shuffle(), BucketBatch(batch_size=4, boundaries=[6, 9, 12]), Prefetch()]


@pytest.fixture(scope="module")
def text_run():
    """Pairs of texts prepared with the stages of an experiment: (stages, batches)."""
    stages = text_stages()
    return stages, prepare(*pairs(), stages, TrainerSettings(), 0)


def tokens(only=None):
    """Splits that are tokens already: quick to prepare."""

    def split(size):
        columns = {
            "token_ids": tf.ragged.constant(
                [[label + 1] * (1 + label * 7 % 12) for label in range(size)], dtype=tf.int32
            ),
            "label": list(range(size)),
        }
        ds = tf.data.Dataset.from_tensor_slices(columns)
        return ds.map(lambda example: {key: tf.convert_to_tensor(value) for key, value in example.items()})

    splits = {name: split(size) for name, size in SIZES.items() if only is None or name in only}
    sizes = {name: SIZES[name] for name in splits}
    return splits, DataInfo(("token_ids",), splits["train"].element_spec, sizes, source="a test", fingerprint="0")


def token_stages(shuffle=True, batch_size=4, boundaries=(6, 9, 12)):
    batch = BucketBatch(batch_size=batch_size, boundaries=list(boundaries), sequences=["token_ids"])
    return [Cache(), *([Shuffle()] if shuffle else []), batch, Prefetch()]


def ready(stages=None, seed=0, only=None, **settings):
    return prepare(*tokens(only), token_stages() if stages is None else stages, TrainerSettings(**settings), seed)


def labels(batches):
    """The labels of every batch, without filled rows."""
    return [y[weight == 1].numpy().tolist() for _, y, weight in batches]


def flat(batches):
    return sorted(chain.from_iterable(labels(batches)))


class Recorded(Transform):
    """Adds a mark to the premise; remembers what it was fitted on."""

    def __init__(self, mark, log):
        self.mark = mark
        self.log = log

    def fit(self, train):
        self.log.append((self.mark, [example["premise"].decode() for example in train.as_numpy_iterator()]))

    def transform(self, examples):
        return {**examples, "premise": examples["premise"] + self.mark}


class Multiplied(Transform):
    """Other token ids."""

    def __init__(self, factor):
        self.factor = factor

    def transform(self, examples):
        return {**examples, "token_ids": examples["token_ids"] * self.factor}


class Drop(Stage):
    """Leaves out everything."""

    def __call__(self, ds, *, split, seed):
        return ds.filter(lambda _: False)


class Even(Stage):
    """Keeps examples with an even label."""

    def __call__(self, ds, *, split, seed):
        return ds.filter(lambda example: example["label"] % 2 == 0)


class Plain(Stage):
    """Batches as they come."""

    def __call__(self, ds, *, split, seed):
        return ds.batch(4).map(lambda example: (example["premise"], example["label"], tf.ones_like(example["label"])))


def test_stages_are_fitted_one_after_the_other_on_train_as_it_reaches_them():
    log = []
    splits, info = pairs()
    stages = [Recorded("1", log), Even(), Recorded("2", log), Cache(), Recorded("3", log), Plain()]
    prepare(splits, info, stages, TrainerSettings(), 0)
    raw = [example["premise"].decode() for example in splits["train"].as_numpy_iterator()]
    assert log == [
        ("1", raw),
        ("2", [text + "1" for text in raw[::2]]),
        ("3", [text + "12" for text in raw[::2]]),
    ]


def test_the_vocabulary_is_of_train_alone_as_the_stages_before_left_it(text_run):
    _, batches = text_run
    vocabulary = set(batches.info.fact(Vocabulary).tokens)
    assert {"onlytrain", "dogs"} <= vocabulary
    assert not {"onlyvalidation", "onlytest", "("} & vocabulary


def test_info_tells_what_was_done_and_what_a_batch_is(text_run):
    stages, batches = text_run
    assert batches.info.stages == tuple(map(repr, stages))
    assert batches.info.stages[4:] == ("Shuffle()", "BucketBatch(batch_size=4, boundaries=[6, 9, 12])", "Prefetch()")
    assert batches.info.sizes == SIZES
    assert batches.info.batch_spec == batches.train(0).element_spec == batches.evaluation["test"].element_spec
    assert batches.info.batch_spec[1] == tf.TensorSpec([4], tf.int32)


def test_served_inputs_are_those_of_the_test_split(text_run):
    stages, batches = text_run
    raw = next(iter(pairs()[0]["test"].batch(100)))
    served = tf.function(lambda inputs: serve(stages, inputs))({key: raw[key] for key in ("premise", "hypothesis")})
    seen = 0
    for x, y, weight in batches.evaluation["test"]:
        for place in np.flatnonzero(weight):
            seen += 1
            for key in ("token_ids", "segment_ids", "padding_mask"):
                ours, theirs = x[key][place].numpy(), served[key][int(y[place])].numpy()
                both = min(len(ours), len(theirs))
                np.testing.assert_array_equal(ours[:both], theirs[:both])
                assert not ours[both:].any()
                assert not theirs[both:].any()
    assert seen == SIZES["test"]


def test_a_kept_cache_serves_a_second_run_and_no_other(tmp_path):
    def run(factor=1, seed=0):
        _, *rest = token_stages()
        batches = ready([Multiplied(factor), Cache(folder=str(tmp_path)), *rest], seed)
        largest = max(int(x["token_ids"].numpy().max()) for x, _, _ in batches.train(0))
        return labels(batches.train(0)), largest

    def files():
        return {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()}

    first = run()
    assert first == (labels(ready().train(0)), 50)
    written = files()
    assert run() == first
    assert run(seed=1)[0] != first[0]
    assert files() == written
    assert run(factor=3)[1] == 150
    assert files().items() > written.items()


def test_epochs_differ_hold_every_example_and_repeat_exactly():
    first, again, other = ready(seed=3), ready(seed=3), ready(seed=4)
    epochs = [labels(first.train(epoch)) for epoch in range(3)]
    assert [labels(first.train(epoch)) for epoch in (2, 0, 1)] == [epochs[2], epochs[0], epochs[1]]
    assert [labels(again.train(epoch)) for epoch in range(3)] == epochs
    assert [flat(first.train(epoch)) for epoch in range(3)] == [list(range(50))] * 3
    assert epochs[0] != epochs[1]
    assert epochs[1] != epochs[2]
    assert labels(other.train(0)) != epochs[0]
    for ours, theirs in zip(first.train(1), again.train(1), strict=True):
        for key, value in ours[0].items():
            np.testing.assert_array_equal(value, theirs[0][key])


def test_evaluation_holds_every_other_split_once_and_is_the_same_each_time():
    batches = ready()
    assert set(batches.evaluation) == {"validation", "test"}
    for split, ds in batches.evaluation.items():
        assert flat(ds) == list(range(SIZES[split]))
        assert labels(ds) == labels(ds)
    assert ready(only=["train"]).evaluation == {}


@pytest.mark.parametrize("batch_size", [1, 4, 50, 64])
def test_steps_per_epoch_is_what_an_epoch_gives(batch_size):
    batches = ready(token_stages(batch_size=batch_size))
    lengths = [1 + label * 7 % 12 for label in range(50)]
    buckets = [sum(low < length <= high for length in lengths) for low, high in ((0, 6), (6, 9), (9, 12))]
    assert batches.steps_per_epoch == sum(-(-count // batch_size) for count in buckets)
    assert [len(labels(batches.train(epoch))) for epoch in range(3)] == [batches.steps_per_epoch] * 3


@pytest.mark.parametrize("few", [1, 3, 1000])
def test_overfit_repeats_the_first_batches_and_validates_on_them(few):
    whole, batches = ready(), ready(overfit_batches=few)
    steps = whole.steps_per_epoch
    first = labels(whole.train(0))[:few]
    assert batches.steps_per_epoch == steps
    assert labels(batches.train(0)) == labels(batches.train(7)) == (first * steps)[:steps]
    assert labels(batches.evaluation["validation"]) == first
    assert flat(batches.evaluation["test"]) == list(range(SIZES["test"]))
    assert batches.info.batch_spec == whole.info.batch_spec


def test_without_shuffling_every_epoch_is_the_same():
    batches = ready(token_stages(shuffle=False))
    assert labels(batches.train(0)) == labels(batches.train(1))


def test_nothing_left_to_train_on_is_told():
    with pytest.raises(
        DataError, match=r"leave no batch to train on: .*batch_size=8.*Received: 50 training examples, .*Batch\("
    ):
        ready([Drop(), *token_stages(shuffle=False)])


def test_a_cache_after_shuffling_is_told():
    with pytest.raises(
        ConfigError, match=r"a cache after Shuffle\(\), which differs in every epoch.*before\. Received: Sh"
    ):
        ready([Shuffle(), *token_stages()])


def test_packing_without_tokens_is_told():
    with pytest.raises(
        ConfigError, match=r"no Vocabulary .*put one of these among the stages, .*: bpe, word_ids, wordpiece, words"
    ):
        ready([PackPair()])


def test_a_split_with_too_long_an_example_is_told_before_training():
    splits, info = tokens()
    with pytest.raises(
        ConfigError, match="the train split has 8 too long for the last boundary, the longest of 12 tokens"
    ):
        prepare(splits, info, token_stages(boundaries=(6, 10)), TrainerSettings(), 0)
    splits["train"] = splits["train"].filter(lambda example: tf.size(example["token_ids"]) < 10)
    with pytest.raises(ConfigError, match="the validation split has 2 too long"):
        prepare(splits, info, token_stages(boundaries=(6, 10), shuffle=False), TrainerSettings(), 0)


def test_seeds_of_epochs_and_runs_are_all_different():
    seeds = {epoch_seed(seed, epoch) for seed in range(30) for epoch in range(30)}
    assert len(seeds) == 900
    assert epoch_seed(3, 5) == epoch_seed(3, 5)


def test_batches_are_counted_whether_or_not_the_dataset_says_how_many():
    ds = tf.data.Dataset.range(10)
    assert num_batches(ds) == 10
    assert num_batches(ds.filter(lambda value: value < 4)) == 4
    assert num_batches(ds.take(0)) == 0


@pytest.mark.parametrize("steps", [3, 30])
def test_an_epoch_may_be_the_first_batches_or_several_passes(steps):
    batches = prepare(*tokens(), token_stages(), TrainerSettings(batches_per_epoch=steps), 0)
    whole = prepare(*tokens(), token_stages(), TrainerSettings(), 0)
    assert batches.steps_per_epoch == steps != whole.steps_per_epoch
    for epoch in (0, 1):
        some = [labels.numpy().tolist() for _, labels, _ in batches.train(epoch)]
        assert len(some) == steps
        expected = [labels.numpy().tolist() for _, labels, _ in whole.train(epoch)]
        assert some[: len(expected)] == expected[:steps]


def test_a_stream_is_not_counted_where_the_length_of_an_epoch_is_given(monkeypatch):
    monkeypatch.setattr("tfd2l.pipelines.experiment.prepare.num_batches", lambda batches: pytest.fail("counted"))
    prepare(*tokens(), token_stages(), TrainerSettings(batches_per_epoch=3), 0)


def counted(columns, stages, settings=None):
    """What is counted of data whose splits have the same columns."""
    splits, info = make_splits(dict.fromkeys(SIZES, columns), inputs=list(columns), source="a test", counts={"odd": 7})
    counts = prepare(splits, info, stages, settings or TrainerSettings(), 0).info.counts
    assert counts.pop("odd") == 7
    return counts


PAIRS = {"premise": ["a a", "a a a", "a"], "hypothesis": ["a", "a", "a a a a a"], "label": [0, 1, 0]}
SPECIAL = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"]


def pair_stages(max_length, *cache):
    keys = ["premise", "hypothesis"]
    words = WordIds(keys, min_frequency=1, reserved=SPECIAL)
    return [words, PackPair(max_length=max_length), *cache, Shuffle(), BucketBatch(boundaries=[16])]


def test_pairs_that_are_cut_are_counted_over_all_splits():
    assert counted(PAIRS, pair_stages(6, Cache())) == {"of 9 pairs cut at 6 tokens": 6}
    assert counted(PAIRS, pair_stages(8, Cache())) == {"of 9 pairs cut at 8 tokens": 3}
    assert counted(PAIRS, pair_stages(9, Cache())) == {}


def test_what_is_streamed_is_not_counted_and_that_is_said(caplog):
    caplog.set_level("INFO", "tfd2l")
    assert counted(PAIRS, pair_stages(6)) == {}
    assert "what is cut or left out (by PackPair) is not counted without a stage `cache`" in caplog.text
    caplog.clear()
    assert counted(PAIRS, pair_stages(6, Cache()), TrainerSettings(batches_per_epoch=1)) == {}
    assert "is not counted where `trainer.batches_per_epoch` says how long an epoch is" in caplog.text


def test_counting_fills_the_cache_and_makes_nothing_twice():
    made = tf.Variable(0, dtype=tf.int64)

    class Watched(Transform):
        def transform(self, examples):
            made.assign_add(tf.size(examples["label"], tf.int64))
            return examples

    splits, info = make_splits({"train": PAIRS}, inputs=["premise", "hypothesis"], source="a test")
    words, pack, *rest = pair_stages(6, Cache())
    batches = prepare(splits, info, [words, pack, Watched(), *rest], TrainerSettings(), 0)
    assert [len(list(batches.train(epoch))) for epoch in range(2)] == [1, 1]
    assert made.numpy() == 3


TEXTS = {"text": ["a b . c . d d d d", "one sentence alone", "a a a . b"]}


def test_texts_that_are_divided_and_paragraphs_that_are_left_out_are_counted():
    words = WordIds(["text"], min_frequency=1, reserved=SPECIAL)
    batch = LanguageModelBatch(batch_size=2, boundaries=[7])
    assert counted(TEXTS, [words, Cache(), Shuffle(), batch]) == {"of 9 texts divided into pieces of 7 tokens": 3}
    words = WordIds(["text"], min_frequency=1, reserved=SPECIAL)
    batch = PretrainingBatch(batch_size=2, max_length=7)
    assert counted(TEXTS, [Sentences(), words, Cache(), batch]) == {
        "of 9 paragraphs left out, of fewer than 2 sentences": 3,
        "of 9 pairs of neighbouring sentences cut at 7 tokens": 3,
    }


def test_sentences_that_are_cut_are_counted_on_both_sides():
    columns = {"source": ["a b c", "a"], "target": ["x", "x y z w"]}
    stages = [Words(min_frequency=1), Cache(), Shuffle(), TranslationBatch(batch_size=2, num_steps=4)]
    assert counted(columns, stages) == {"of 12 sentences cut at 4 words, <eos> included": 3}
