"""Command lines that went wrong in some way, by the hundred: each composes, or is answered in one paragraph."""

from __future__ import annotations

import os
import random
import string
import sys
from collections import Counter

import pytest

from tfd2l.config.compose import compose
from tfd2l.config.mistakes import split_sweep, validate_sweep
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE
from tfd2l.errors import Tfd2lError
from tfd2l.pipelines.pipeline.request import chooses_pipeline, read_request
from tfd2l.pipelines.pipeline.steps import compose_steps
from tfd2l.registry import Entry

SEED = int(os.environ.get("TFD2L_SEED", "20"))
FAST = 100
MANY = int(os.environ.get("TFD2L_MUTATIONS", "1000"))  # by hand: 5000, about 20 minutes
HEAVY = ("tensorflow", "keras", "mlflow", "torch")

TYPED = [  # what fits every run
    "trainer.epochs=3",
    "trainer.xla=auto",
    "trainer.precision=bfloat16",
    "trainer.micro_batches=4",
    "trainer.learning_rate_multipliers={classifier: 10}",
    "strategy=mirrored",
    "+callback@callbacks.stop=early_stopping",
    "+report@reports.more=learning_curves",
    "callbacks.progress=null",
    "reports.schedule=null",
    "+tracking.tags={owner: me}",
    "tracking.run_name='a, b'",
    "resume=auto",
    "debug=fast",
    "seed=3",
    "name=mine",
    "description='two words'",
    "+tables.learning_rate.mine=0.1",
    "++trainer.epochs=2",
]
OTHERS = [  # what fits some
    *TYPED,
    "optimizer=sgd",
    "optimizer.learning_rate=1e-4",
    "+optimizer.clipnorm=1.0",
    "schedule=cosine",
    "strategy.devices=[CPU:0,CPU:1]",
    "dataset=image_folder",
    "dataset.path=.",
    "dataset.image_size=[96,96]",
    "model=bert_base",
    "stages.batch.batch_size=8",
    "stages.tokenize={name: bpe}",
    "+stages.extra={name: cache}",
    "~stages.cache",
    "~decoder",
    "+metric@metrics.more=accuracy",
    "report@reports.curves=learning_curves",
    "seed=0,1,2",
    "seed=range(3)",
    "hydra.mode=MULTIRUN",
    "hparams=lr_schedules",
]
VALUES = [
    *(
        "",
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "nan",
        "-inf",
        "1e999",
        "4294967296",
        "???",
        "adam",
        "None",
        "~",
        "%s",
        "\\",
    ),
    *(
        "[]",
        "{}",
        "[[[]]]",
        "{a: {b: [1, {c: null}]}}",
        "{name: adam}",
        "[1,",
        "{",
        "}{",
        "/:(",
        "'",
        '"',
        "''",
        "'\\'",
    ),
    *("${", "${}", "${seed}", "${nope}", "${oc.env:HOME}", "${oc.env:}", "${${seed}}", "${.}", "${..}", "${a b}", "$"),
    *("${optimizer}", "${stages.batch}", "${trainer.epochs}", "${hydra:job.name}", "${nope:1}", "${seed", "\\${seed}"),
    *("größe", "日本語", "\u2028", "\x00", "\n", "a\nb", "\t", "🙂", "\ufeff", "e\u0301", "\ud800"),
    *("x" * 10_000, "[" * 60, "1" * 400, "a,b", "1,2", "a b", "range(3)", "choice(1,2)", "glob(*)", "shuffle(1,2)"),
    *("interval(0,1)", "int(1.5)", "str(1)", "float(x)", "json_str({})", "sort(3,1)", "tag(a, 1,2)", "f(g(h()))"),
]
SIGNS = ["", "+", "++", "~", "+~", "~~", "@", "-", "="]
PLACES = ["@", "@_global_", "@stages", "@stages.batch", "@:", "@a:b", "@.", "@metrics.accuracy", "@optimizer"]
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + " \t\n\x00é\u2028"


def _character(rng, text):
    place = rng.randrange(len(text) + 1)
    change = rng.choice(["insert", "delete", "double", "replace"])
    kept = text[place + (change in ("delete", "replace")) :]
    new = {"insert": rng.choice(CHARACTERS), "delete": "", "double": text[place : place + 1] * 2}
    return text[:place] + new.get(change, rng.choice(CHARACTERS)) + (kept[1:] if change == "double" else kept)


def _divided(override):
    key, _, value = override.lstrip("+~").partition("=")
    return override[: len(override) - len(override.lstrip("+~"))], key, value


def _changed(rng, override, others):
    """One override, mutated in one way."""
    sign, key, value = _divided(override)
    _, other_key, other_value = _divided(rng.choice(others))
    group = rng.choice(
        ["optimizer", "dataset", "stage", "metric", "trainer", "tracking", "experiment", "hydra", PIPELINE]
    )
    return rng.choice(
        [
            _character(rng, override),
            _character(rng, _character(rng, override)),
            f"{sign}{key}={rng.choice(VALUES)}",
            f"{sign}{key}={value}{rng.choice(VALUES)}",
            f"{sign}{other_key}={value}",
            f"{sign}{key}={other_value}",
            f"{rng.choice(SIGNS)}{key}={value}",
            f"{rng.choice(SIGNS)}{key}={rng.choice(VALUES)}",
            f"{sign}{key}{rng.choice(PLACES)}={value}",
            f"{rng.choice(SIGNS)}{group}{rng.choice([*PLACES, ''])}={value or rng.choice(VALUES)}",
            f"{sign}{key}.{rng.choice(['name', 'x', '0', '', '_target_', 'a.b', '_args_'])}={value}",
            f"{sign}{key.rpartition('.')[0]}={rng.choice(VALUES)}",
            f"{sign}{key.rpartition('.')[2]}={value}",
            f"{rng.choice(SIGNS)}{key}",
            f"{key}[0]={value}",
            value,
            # What changes little or nothing:
            f"{sign}{key}='{value}'",
            f"{sign}{key}= {value} ",
            f"++{key}={value}",
            rng.choice(TYPED),
            rng.choice(others),
        ]
    )


def mutations(seed, number):
    """So many command lines, of every experiment and every pipeline in turn, each with one to three mutations."""
    rng = random.Random(seed)
    bases = [f"+experiment={name}" for name in option_files("experiment")]
    pipelines = [f"+{PIPELINE}={name}" for name in option_files(PIPELINE)]
    for count in range(number):
        base = rng.choice(pipelines if count % 100 == 99 else bases)  # all runs of a pipeline are composed: seconds
        line = [base, *rng.sample(TYPED, rng.randint(0, 2)), rng.choice(OTHERS)]
        for _ in range(rng.choices([1, 2, 3], [8, 2, 1])[0]):
            place = rng.randrange(len(line)) if rng.random() < 0.2 else rng.randrange(1, len(line))
            line[place] = _changed(rng, line[place], OTHERS)
        if rng.random() < 0.05:
            line.append(rng.choice(line))
        yield line


def answered(line):
    """What is said of a command line; None if it composes."""
    try:
        if chooses_pipeline(line):
            compose_steps(read_request(line))
        elif any(len(split_sweep(override)) > 1 for override in line):
            validate_sweep(line)
        else:
            compose(*line)
    except Tfd2lError as error:
        return str(error)
    return None


def is_one_paragraph(text):
    """A line for the mistake, or one for each of several below their number; each ends in what was received."""
    first, *lines = text.split("\n")
    told = lines if first.endswith(" mistakes in the configuration") else [first]
    return bool(lines) == (told is lines) and all("Received: " in line and line.isprintable() for line in told)


@pytest.fixture
def light(monkeypatch):
    """No component is loaded, and nothing heavy imported."""

    def load(entry):
        raise AssertionError(f"{entry.kind} {entry.name} was loaded")

    monkeypatch.setattr(Entry, "load", load)
    there = {name for name in HEAVY if name in sys.modules}  # by other tests of this process
    yield
    assert {name for name in HEAVY if name in sys.modules} == there


@pytest.mark.parametrize("number", [FAST, pytest.param(MANY, marks=pytest.mark.slow)])
def test_a_mutated_command_line_composes_or_is_answered_in_one_paragraph(number, light):
    counts = Counter()
    for line in mutations(SEED, number):
        try:
            text = answered(line)
        except Exception as error:
            raise AssertionError(f"{line} ended in {type(error).__name__}: {error}") from error
        assert text is None or is_one_paragraph(text), (line, text)
        counts[text is None] += 1
    assert min(counts[True], counts[False]) > number / 50
