"""`python -m tfd2l.pipelines +pipeline=NAME`: a pipeline from the command line."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence

import yaml
from hydra.core.utils import configure_log

from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.hydra_errors import key_of
from tfd2l.config.paths import PIPELINE
from tfd2l.errors import ConfigError
from tfd2l.pipelines.experiment.failed_reports import describe_failures
from tfd2l.pipelines.pipeline.file import STEPS
from tfd2l.pipelines.pipeline.request import PipelineRequest, read_request
from tfd2l.pipelines.pipeline.steps import compose_steps, dump_steps

USE = f"""\
Run:    python -m tfd2l.pipelines +{PIPELINE}={{name}}
        KEY=VALUE                   for every step: debug=fast, strategy=mirrored, tracking.uri=URI
        {STEPS}.NAME.KEY=VALUE        for one; VALUE, VALUE repeats it
        ~{STEPS}.NAME                 leaves it out
        {PIPELINE}.redo=[NAME, NAME]  runs finished steps again; {PIPELINE}.redo=all
        --cfg job                   shows the whole configuration of every run"""


def run_pipeline(overrides: Sequence[str], arguments: argparse.Namespace) -> None:
    """Checks every step, then runs the pipeline or shows it.

    Args:
        overrides: what was typed.
        arguments: Hydra's flags.

    Raises:
        ConfigError: a mistake in any step, or a flag that a pipeline does not know.
        Interrupted, StepError: see `Pipeline.run`.
        ReportsFailed: every step is finished, and reports of some failed.
    """
    if arguments.multirun:
        way_out = f"`{STEPS}.NAME.KEY=1,2` repeats a step (`KEY=1,2`: all of them) without it."
        raise ConfigError(f"hydra.mode: a pipeline is no multirun: {way_out} Received: -m")
    if arguments.info or arguments.cfg not in (None, "job"):
        received = f"--info {arguments.info}" if arguments.info else f"--cfg {arguments.cfg}"
        raise ConfigError(f"A pipeline is shown by `--cfg job` and by `--help`. Received: {received}")
    if arguments.help:
        print(describe_pipeline(read_request(overrides)))
        return
    wanted = read_request(overrides)
    steps = compose_steps(wanted)
    if arguments.cfg:
        print(yaml.safe_dump(dump_steps(steps), sort_keys=False, allow_unicode=True), end="")
        return
    from tfd2l.pipelines.experiment.next_steps import list_next_steps
    from tfd2l.pipelines.pipeline.pipeline import Pipeline

    configure_log(compose_raw([]).hydra.job_logging)
    result = Pipeline(wanted.name, wanted.description, steps, wanted.redo, overrides).run()
    log = logging.getLogger("tfd2l")
    log.info("finished: run %s", result.run_id)
    for line in list_next_steps(result.run_id, result.tracking_uri, None):
        log.info("  %s", line)
    if result.failed_reports:
        raise describe_failures({result.runs[label]: labels for label, labels in result.failed_reports.items()})


def describe_pipeline(pipeline: PipelineRequest) -> str:
    """Returns the description of a pipeline, its steps with their overrides, and how to run it."""
    width = max(map(len, pipeline.steps))
    lines = []
    for name, given in pipeline.steps.items():
        texts = [one.override for one in given if key_of(one.override) != "experiment"]
        experiment = next(one.override.partition("=")[2] for one in given if key_of(one.override) == "experiment")
        lines.append("  ".join([f"  {name:<{width}}", experiment, *texts]))
    parts = [
        f"{PIPELINE} {pipeline.name}",
        pipeline.description,
        "Steps:\n" + "\n".join(lines),
        f"File:   {pipeline.file}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n" + USE.format(name=pipeline.name)
