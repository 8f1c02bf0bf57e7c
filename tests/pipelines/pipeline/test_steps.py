"""Every run of a pipeline is composed and checked before the first one starts: what they are, and every mistake."""

from __future__ import annotations

import pytest

import tfd2l
from tfd2l import registry
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE
from tfd2l.errors import ConfigError
from tfd2l.pipelines.pipeline.request import read_request
from tfd2l.pipelines.pipeline.steps import compose_steps, dump_steps

NLI = "+pipeline=nli_transfer"


@pytest.fixture
def compose(tmp_path):
    """A function: the steps of a pipeline in YAML, what is typed -> its runs."""

    def written(text, *typed):
        (tmp_path / PIPELINE).mkdir(exist_ok=True)
        (tmp_path / PIPELINE / "mine.yaml").write_text(text)
        return compose_steps(read_request([f'hydra.searchpath=["file://{tmp_path}"]', "+pipeline=mine", *typed]))

    return written


@pytest.fixture
def refused(compose):
    """A function: the same -> what it is answered with."""

    def told(text, *typed):
        with pytest.raises(ConfigError) as caught:
            compose(text, *typed)
        return str(caught.value)

    return told


@pytest.mark.parametrize("name", sorted(option_files(PIPELINE)))
def test_every_pipeline_that_ships_is_right(name):
    steps = compose_steps(read_request([f"+pipeline={name}", "debug=fast"]))
    assert len({step.label for step in steps}) == len(steps) > 1


def test_a_step_with_several_values_is_a_run_for_each():
    steps = compose_steps(read_request([NLI, "steps.scratch.optimizer=adamw,nadam", "debug=fast"]))
    assert [step.label for step in steps] == [
        "source",
        *(
            f"scratch, fraction {part}, {optimizer}"
            for part in ("0.05", "0.2", "1")
            for optimizer in ("adamw", "nadam")
        ),
        *(f"transferred, fraction {part}" for part in ("0.05", "0.2", "1")),
    ]
    assert steps[4].values == {"stages.subset.fraction": "0.2", "optimizer": "nadam"}
    assert (steps[4].config["stages"]["subset"]["fraction"], steps[4].config["optimizer"]["name"]) == (0.2, "nadam")
    assert {step.config["trainer"]["max_steps"] for step in steps} == {2}
    assert [step.config["tracking"]["run_name"] for step in steps] == [step.label for step in steps]
    assert {step.config["name"] for step in steps} == {"nli_transfer"}


def test_a_reference_becomes_what_the_earlier_step_gives(compose):
    text = (
        "experiment: nli_bert\n"
        "steps:\n"
        "  first: {}\n"
        "  second:\n"
        "    model.weights: ${steps.first.model}\n"
        "    description: after ${steps.first.run}\n"
        "    optimizer.learning_rate: ${steps.first.metrics.test/loss}\n"
    )
    _, second = compose(text)
    assert second.config["stages"]["tokenize"]["vocabulary"] == second.config["model"]["weights"]  # it is in use
    given = {("first", "model"): "run:12ab", ("first", "run"): "12ab", ("first", "metrics.test/loss"): "0.25"}
    overrides = second.overrides(lambda *reference: given[reference])
    assert overrides[3:6] == ["model.weights=run:12ab", "description=after 12ab", "optimizer.learning_rate=0.25"]
    plain = tfd2l.compose(*overrides)
    assert (plain.model.weights, plain.optimizer.learning_rate) == ("run:12ab", 0.25)
    assert dump_steps([second])["second"]["model"]["weights"] == "${steps.first.model}"


def test_steps_repeated_over_the_same_values_go_together(compose):
    text = "experiment: nli_bert\nsteps:\n  a: {}\n  b: {model.weights: '${steps.a.model}'}\n"
    steps = compose(text, "seed=0,1")
    assert [step.label for step in steps] == ["a, seed 0", "a, seed 1", "b, seed 0", "b, seed 1"]
    assert [steps[place].source("a", steps) for place in (2, 3)] == steps[:2]


def test_values_may_be_references(compose):
    text = (
        "experiment: nli_bert\n"
        "steps:\n"
        "  a: {}\n"
        "  b: {seed: 1}\n"
        "  c: {model.weights: 'null, ${steps.a.model}, ${steps.b.model}'}\n"
    )
    assert [step.overrides(lambda name, what: f"run:{name}")[3] for step in compose(text)[2:]] == [
        "model.weights=null",
        "model.weights=run:a",
        "model.weights=run:b",
    ]


@pytest.mark.parametrize(
    ("reference", "what"),
    [
        ("frist.run", "there is no step 'frist'. Did you mean 'first'? There are: first, second, third."),
        ("second.run", "'second' has not run then: a step can use those before it: first."),
        ("third.run", "'third' has not run then: a step can use those before it: first."),
        ("first.modle", "a step gives no 'modle'. Did you mean 'model'? It gives: run, model, metrics.NAME."),
        ("first.metrics", "a step gives no 'metrics'. Did you mean 'metrics.NAME'?"),
        ("first", "a step gives no ''. It gives: run, model, metrics.NAME."),
    ],
)
def test_a_reference_to_nothing_is_told(refused, reference, what):
    text = "experiment: nli_bert\nsteps:\n  first: {}\n  second:\n    model.weights: ${steps.REFERENCE}\n  third: {}\n"
    told = refused(text.replace("REFERENCE", reference))
    assert told.startswith(f"steps.second.model.weights: {what}")
    assert f"Received: model.weights=${{steps.{reference}}} (" in told
    assert told.endswith("mine.yaml:5)")
    assert "\n" not in told


def test_a_circle_is_told_at_the_step_that_comes_first(refused):
    text = "experiment: nli_bert\nsteps:\n  a: {seed: '${steps.b.run}'}\n  b: {model.weights: '${steps.a.model}'}\n"
    assert refused(text).startswith("steps.a.seed: 'b' has not run then: a step can use those before it: here")


@pytest.mark.parametrize(
    ("first", "what"),
    [
        ("{tracking.log_model: false}", "'first' keeps no model: give it `tracking.log_model: true`."),
        ("{experiment: convexity}", "'first' gives no model: it trains none."),
        ("{seed: '0, 1'}", "'first' runs several times (over seed), and this step over other values:"),
    ],
)
def test_a_model_that_an_earlier_step_will_not_have_is_told(refused, first, what):
    second = "{model.weights: '${steps.first.model}'}"
    told = refused(f"experiment: nli_bert\nsteps:\n  first: {first}\n  second: {second}\n")
    assert told.startswith(f"steps.second.model.weights: {what}")


def test_what_an_earlier_step_gives_must_fit_as_far_as_it_is_known(refused):
    text = "experiment: nli_bert\nsteps:\n  a: {}\n  b: {trainer.epochs: '${steps.a.metrics.test/loss}'}\n"
    told = refused(text)
    assert told.startswith("steps.b.trainer.epochs: expects an integer from 1 up. Received: trainer.epochs=${steps.a.")


def test_mistakes_of_all_steps_are_told_together_each_once_and_as_it_was_given():
    typed = ["trainer.epoch=3", "steps.scratch.optimizer=adamww", "steps.source.seed=x", "steps.source.+optimizer.b=1"]
    with pytest.raises(ConfigError) as caught:
        compose_steps(read_request([NLI, *typed]))
    first, *lines = str(caught.value).splitlines()
    assert first == "4 mistakes in the configuration"
    assert {line.split(": ")[0].strip(): line.rpartition("Received: ")[2] for line in lines} == {
        "trainer.epoch": "trainer.epoch=3 (command line)",
        "steps.scratch.optimizer": "steps.scratch.optimizer=adamww (command line)",
        "steps.source.seed": "steps.source.seed=x (command line)",
        "steps.source.optimizer.b": "steps.source.+optimizer.b=1 (command line)",
    }


def test_a_mistake_in_the_file_is_told_with_step_and_line(refused, tmp_path):
    text = "experiment: nli_bert\nsteps:\n  a: {}\n  b:\n    trainer.epoch: 3\n    stages.bacth: {batch_size: 1}\n"
    first, *lines = refused(text).splitlines()
    file = tmp_path / PIPELINE / "mine.yaml"
    assert first == "2 mistakes in the configuration"
    assert any("  steps.b.trainer.epoch: no such option. Did you mean 'trainer.epochs'?" in line for line in lines)
    assert {line.rpartition("(")[2] for line in lines} == {f"{file}:5)", f"{file}:6)"}


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("steps.a.trainer.epochs=0", "steps.a.trainer.epochs: expects an integer from 1 up. Received: "),
        ("steps.a.hparams=nli_bert_rates", "steps.a.hparams: a step is one run for each value of its own keys:"),
        ("steps.a.tracking.uri=sqlite:////x.db", "tracking.uri: the steps of a pipeline are in one store:"),
    ],
)
def test_what_a_step_may_not_have_is_told(refused, typed, start):
    assert refused("experiment: nli_bert\nsteps: {a: {}, b: {}}\n", typed).startswith(start)


def test_a_component_of_this_session_is_refused(refused):
    @registry.register("optimizer", "of_this_session")
    def of_this_session(learning_rate=1.0, **options):
        """Mine."""

    try:
        told = refused("experiment: nadaraya_watson\nsteps: {a: {optimizer.name: of_this_session}}\n")
    finally:
        registry.unregister("optimizer", "of_this_session")
    assert told.startswith("steps.a.optimizer.name: is registered in this session, and a step runs in a process of its")


def test_composing_a_run_of_a_pipeline_is_answered_with_the_way():
    with pytest.raises(
        ConfigError, match=r"^pipeline: is composed of runs: `tfd2l\.Pipeline\.compose\('\+pipeline=nli_"
    ):
        tfd2l.compose(NLI)
