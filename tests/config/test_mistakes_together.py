"""What Hydra refuses is said in our manner: where, what, the nearest name, the way out, as typed; and all at once."""

from __future__ import annotations

import pytest

from tfd2l.config.mistakes import find_mistakes, split_sweep, translate_errors, validate_sweep
from tfd2l.config.options import option_names
from tfd2l.config.problems import escape_line, format_problems
from tfd2l.errors import ConfigError, listing

NLI = "+experiment=nli_bert"


def refused(*overrides):
    """What a command line is answered with."""
    return format_problems(find_mistakes(overrides))


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("optimizer=adamww", "optimizer: there is no 'adamww'. Did you mean 'adamw'? There are: adadelta, "),
        ("debug=fsat", "debug: there is no 'fsat'. Did you mean 'fast'? There are: fast, overfit, profile."),
        ("dataset=xyz", f"dataset: there is no 'xyz'. There are: {listing(option_names('dataset'))}."),
        ("trainer.epoch=3", "trainer.epoch: no such option. Did you mean 'trainer.epochs'? trainer takes: epochs, "),
        ("optimizer.betas=1", "optimizer.betas: no such option. Did you mean 'optimizer.beta_1'? optimizer adamw"),
        ("+optimizer.betas=1", "optimizer.betas: no such option. Did you mean 'optimizer.beta_1'?"),
        ("trainr.epochs=3", "trainr: no such key. Did you mean 'trainer'?"),
        ("stages.bacth.batch_size=3", "stages.bacth: expects {name: STAGE, ...}. Did you mean 'stages.batch'?"),
        ("stages.shuffle.buffer_size=3", "stages.shuffle.buffer_size: is not set yet, so it is added with `+`:"),
        (
            "callback=early_stopping",
            "callback: several may be given, so each has a label: `+callback@callbacks.early_stopping=early_stopping` ",
        ),
        (
            "+callback=early_stopping",
            "callback: no such key. It has a label: `+callback@callbacks.early_stopping=early_stopping`.",
        ),
        (
            "metric=accuracy",
            "metric: several may be given, so each has a label: `+metric@metrics.accuracy_2=accuracy` adds one; "
            "`metric@metrics.accuracy=accuracy` changes the one that is there.",
        ),
        ("stage=cache", "stage: several may be given, so each has a label: `+stage@stages.cache_2=cache` adds one"),
        ("batch_size=3", "batch_size: no such key. Did you mean 'stages.batch.batch_size'?"),
        ("lr=0.1", "lr: no such key. Did you mean 'optimizer.learning_rate' or 'schedule.learning_rate'?"),
        ("bs=8", "bs: no such key. Did you mean 'stages.batch.batch_size'?"),
        ("epochs=3", "epochs: no such key. Did you mean 'trainer.epochs'?"),
        ("max_len=64", "max_len: no such key. Did you mean 'stages.pack.max_length'?"),
        ("gpus=2", "gpus: no such key. Did you mean `strategy=mirrored`?"),
        ("optimizer.lr=1", "optimizer.lr: no such option. Did you mean 'optimizer.learning_rate'?"),
        ("report@reports.curve=confusion_matrix", "report@reports.curve: none is chosen there. Did you mean"),
        ("+trainer.epochs=1", "trainer.epochs: is there already, so it is changed without `+`: `trainer.epochs=1`."),
        ("+dataset=snli", "dataset: is there already, so it is changed without `+`: `dataset=snli`."),
        ("+report@reports.curves=confusion_matrix", "report@reports.curves: is there already, so it is changed"),
        ("~foo", "foo: there is no such key to remove. `--cfg job` shows those there are."),
        ("~optimizer", "optimizer: expects {name: OPTIMIZER, ...}."),
        ("~tracking", "tracking: missing. Choose one with `tracking=NAME`: mlflow."),
        ("optimizer=null", "optimizer: expects the name of an option; to choose none: `~optimizer`."),
        ("trainer=3", "trainer: expects the name of an option."),
        ("trainer.epochs=1,2", "trainer.epochs: holds several values. One run for each: add `-m`; one list:"),
        ("trainer.epochs=[1", "trainer.epochs: its value cannot be read: "),
        ("description='${'", "description: its value cannot be used: "),
        ("nothing", "nothing: is not of the form `key=value`. `--help` shows examples."),
        ("nli_brt", "nli_brt: is not of the form `key=value`. Did you mean '+experiment=nli_bert'?"),
        ("=3", "=3: is not of the form `key=value`."),
        ("@stages.batch.batch_size=adam", "@stages.batch.batch_size=adam: is not of the form `key=value`."),
        ("~", "~: is not of the form `key=value`."),
        ("resume={", "resume.run_id: its value cannot be read: "),
        ("resume=/:(", "resume.run_id: its value cannot be read: "),
        ("tracking=[[[]]]", "tracking: expects the name of an option."),
        ("+optimizer=[[[]]]", "optimizer: expects the name of an option."),
        ("~a@b=c", "a@b: cannot be composed: "),
        (NLI, "experiment: cannot be composed: "),  # a second time
        (f"name={'x' * 300}[", "name: its value cannot be read: "),
        ("name=a\nb", "name: its value cannot be read: "),
        ("hydra.foo=1", "hydra.foo: cannot be set: Key 'foo' not in 'HydraConf'."),
        ("seed=${nope}", "seed: its interpolation cannot be resolved: Interpolation key 'nope' not found."),
        ("seed=${trainer.epoch}", "seed: its interpolation cannot be resolved: Interpolation key 'trainer.epoch'"),
        ("name=${oc.env:NO_SUCH_VARIABLE}", "name: its interpolation cannot be resolved: Environment variable"),
        ("seed=${seed}", "seed: its interpolation cannot be resolved: Recursive interpolation detected."),
        ("trainer={epoch:1}", "trainer.epoch: no such option. Did you mean 'trainer.epochs'?"),
        ("dataset.path=x.tsv", "dataset.path: no such option. dataset nli_embedded takes: num_pairs, seed."),
    ],
)
def test_a_mistake_is_one_paragraph_that_ends_in_what_was_typed(typed, start):
    text = refused(NLI, typed)
    assert text.startswith(start)
    assert escape_line(typed)[:200] in text.rpartition("Received: ")[2]
    assert "\n" not in text
    assert len(text) < 2000


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        (
            "+experiment=nli_bret",
            "experiment: there is no 'nli_bret'. Did you mean 'nli_bert'? There are: "
            f"{listing(option_names('experiment'))}.",
        ),
        ("experiment=nli_bert", "experiment: none is chosen yet, so it is added with `+`: `+experiment=nli_bert`."),
        ("+experiments=nli_bert", "experiments: no such key. Did you mean 'experiment'?"),
        ("nli_bert", "nli_bert: is not of the form `key=value`. Did you mean '+experiment=nli_bert'?"),
        ("+experiment=null", "experiment: expects the name of an option. Received: "),
    ],
)
def test_a_mistaken_experiment_is_one_mistake(typed, start):
    text = refused(typed)
    assert text.startswith(start)
    assert text.endswith(f"Received: {typed} (command line)")
    assert "\n" not in text


def test_without_overrides_the_experiments_are_offered():
    assert refused().startswith("experiment: none is chosen, so there is nothing to run.")


def test_mistakes_of_every_sort_are_told_together_and_in_the_context_that_was_meant():
    typed = [
        "+experiment=nli_bret",
        "optimizer=adamww",
        "+optimizer.betas=1",
        "trainer.epoch=3",
        "seed=${nope}",
        "model.num_heads=x",
        "~foo",
        "bar",
        "trainer.log_every=[1",
    ]
    first, *lines = refused(*typed).splitlines()
    assert first == "9 mistakes in the configuration"
    assert {line.rpartition("Received: ")[2].removesuffix(" (command line)") for line in lines} == set(typed)


def test_what_only_repeats_another_mistake_is_not_told():
    """`schedule.learning_rate` and `stages.tokenize.vocabulary` are interpolations of the mistaken keys."""
    assert refused(NLI, "optimizer.learning_rate=x").startswith("optimizer.learning_rate: expects a number from 0 up.")
    assert refused(NLI, "model=bert_pretrained").startswith("model.weights: must be given: `model.weights=VALUE`.")


def test_an_error_that_is_not_the_configurations_fault_passes_unchanged():
    bug = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug") as caught, translate_errors([NLI]):
        raise bug
    assert caught.value is bug


def test_a_right_command_line_has_no_mistakes():
    assert find_mistakes([NLI, "trainer.epochs=2"]) == []


@pytest.mark.parametrize("swept", [["optimizer=adamw,ademamix", "seed=range(3)"], ["hparams=nli_bert_rates"]])
def test_a_right_sweep_passes(swept):
    validate_sweep([NLI, *swept])


@pytest.mark.parametrize(
    ("override", "each"),
    [
        ("+a.b=1, x", ["+a.b=1", "+a.b=x"]),
        ("a=[1,2],null", ["a=[1,2]", "a=null"]),
        ("a='x, y',z", ["a='x, y'", "a=z"]),
        ("a=range(2)", ["a=0", "a=1"]),
        ("a=true,${b.c}", ["a=true", "a=${b.c}"]),
        ("a=[1,2]", ["a=[1,2]"]),
        ("~a", ["~a"]),
        ("a=[1", ["a=[1"]),
    ],
)
def test_what_is_swept_over_is_an_override_for_each_value(override, each):
    assert split_sweep(override) == each


def test_every_value_of_a_sweep_is_checked_before_the_first_job():
    with pytest.raises(ConfigError) as caught:
        validate_sweep([NLI, "trainer.epochs=1,three", "optimizer=adamw,adamww", "seed=0,1", "trainer.epoch=2"])
    first, *lines = str(caught.value).splitlines()
    assert first == "3 mistakes in the configuration"
    assert sorted(line.rpartition("Received: ")[2] for line in lines) == [
        "optimizer=adamww (command line)",
        "trainer.epoch=2 (command line)",
        "trainer.epochs=three (command line)",
    ]


def test_the_values_of_a_ready_sweep_are_checked(install):
    text = "# @package _global_\nhydra: {mode: MULTIRUN, sweeper: {params: {trainer.epochs: '1, x'}}}\n"
    files = {"x_sweeps/__init__.py": "", "x_sweeps/conf/hparams/x_sweep.yaml": text}
    install("x-sweeps", {"tfd2l.conf": {"x": "x_sweeps.conf"}}, files)
    with pytest.raises(
        ConfigError, match=r"^trainer\.epochs: expects an integer from 1 up\. Received: trainer\.epochs=x"
    ):
        validate_sweep([NLI, "hparams=x_sweep"])
